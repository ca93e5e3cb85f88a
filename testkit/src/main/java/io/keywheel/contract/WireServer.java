package io.keywheel.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/// A server that says, byte for byte, what a test tells it to.
public final class WireServer implements AutoCloseable {

    /// Answers one request, in whatever way. What it throws closes the connection.
    @FunctionalInterface
    public interface Script {
        void serve(WireExchange exchange) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<WireExchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    private WireServer(ServerSocketFactory sockets, Script script) throws IOException {
        this.script = script;
        this.listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    public static WireServer start(Script script) {
        return start(ServerSocketFactory.getDefault(), script);
    }

    public static WireServer start(ServerSocketFactory sockets, Script script) {
        try {
            var server = new WireServer(sockets, script);
            Thread.ofVirtual().start(server::listen);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// The requests so far, oldest first.
    public List<WireExchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /// How many connections it has accepted.
    public int connections() {
        return connections.get();
    }

    /// How many of them are open on its side.
    public long open() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @SuppressWarnings("EmptyCatch") // whatever goes wrong, the client sees its connection closed
    private void serve(Socket socket) {
        try (socket) {
            for (WireExchange next = WireExchange.read(socket); next != null; next = WireExchange.read(socket)) {
                exchanges.add(next);
                script.serve(next);
            }
        } catch (Exception _) {
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
