package io.keywheel.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// A listener with a full backlog, so that further connection attempts get no reply. The test is skipped if the
/// system queues more connections than the backlog allows.
public final class FullListener implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> waiting = new ArrayList<>();

    public FullListener() throws IOException {
        if (!fills()) {
            close();
            Assumptions.abort("the system queues more connections than it was told to");
        }
    }

    /// Requires two timeouts in a row: a single one may mean that the machine stalled.
    private boolean fills() {
        int unanswered = 0;
        for (int i = 0; i < 6 && unanswered < 2; i++) {
            var socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(listener.getLocalSocketAddress(), 100);
                unanswered = 0;
            } catch (IOException _) {
                unanswered++;
            }
        }
        return unanswered == 2;
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        listener.close();
    }
}
