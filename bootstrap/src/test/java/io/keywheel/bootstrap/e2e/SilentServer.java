package io.keywheel.bootstrap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// An address of this machine at which nobody speaks, listens or reads.
final class SilentServer implements AutoCloseable {

    private static final int PROBE_MILLIS = 200;

    private final ServerSocket listener;
    private final List<Socket> waiting = new ArrayList<>();

    private SilentServer(int backlog) throws IOException {
        listener = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    }

    /// The system accepts connections for it, and takes as many bytes as it has room for.
    static SilentServer reachable() throws IOException {
        return new SilentServer(50);
    }

    /// The system leaves further connections unanswered: as many as it keeps are waiting already.
    static SilentServer unreachable() throws IOException {
        var server = new SilentServer(1);
        while (server.takesOneMore()) {}
        return server;
    }

    private boolean takesOneMore() throws IOException {
        var socket = new Socket();
        waiting.add(socket);
        try {
            socket.connect(listener.getLocalSocketAddress(), PROBE_MILLIS);
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    String url(String scheme) {
        return scheme + "://127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        listener.close();
    }
}
