package io.keywheel.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// What a client sends, and whether it is still there. Confined to its connection's thread.
final class Inbox {

    private static final int LONGEST_READ_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;

    Inbox(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// The next byte, or -1 when the client is done.
    int read() throws IOException {
        if (from == to) {
            from = 0;
            to = Math.max(0, in.read(buffer));
            if (to == 0) {
                return -1;
            }
        }
        return buffer[from++] & 0xff;
    }

    /// Waits by reading, and so notices at once a client that leaves; what it sends meanwhile is its next request.
    /// One that sends more of that than the buffer holds counts as gone.
    ///
    /// @return whether the client is still there afterwards
    boolean clientStays(Duration duration) throws IOException {
        long start = System.nanoTime();
        try {
            while (true) {
                long left = duration.minusNanos(System.nanoTime() - start).toMillis();
                if (left <= 0) {
                    return true;
                }
                socket.setSoTimeout((int) Math.min(left, LONGEST_READ_MILLIS));
                if (!receives()) {
                    return false;
                }
            }
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(0);
            }
        }
    }

    private boolean receives() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        }
        try {
            int count = to == buffer.length ? -1 : in.read(buffer, to, buffer.length - to);
            to += Math.max(0, count);
            return count > 0;
        } catch (SocketTimeoutException _) {
            return true;
        }
    }
}
