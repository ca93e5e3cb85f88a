package io.keywheel.adapters.llm.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A CONNECT proxy that routes every tunnel to one local port.
final class ConnectProxy implements AutoCloseable {

    private static final int NOWHERE = -1;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final String wanted;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private ConnectProxy(int target, String wanted) throws IOException {
        this.target = target;
        this.wanted = wanted;
        Thread.ofVirtual().start(this::listen);
    }

    static ConnectProxy to(int target) throws IOException {
        return new ConnectProxy(target, "");
    }

    /// A proxy that refuses requests without this `Proxy-Authorization`.
    static ConnectProxy to(int target, String wanted) throws IOException {
        return new ConnectProxy(target, "\r\nproxy-authorization: " + wanted.toLowerCase(Locale.ROOT) + "\r\n");
    }

    static ConnectProxy refusing() throws IOException {
        return new ConnectProxy(NOWHERE, "");
    }

    int port() {
        return listener.getLocalPort();
    }

    /// The request lines received.
    List<String> asked() {
        return List.copyOf(asked);
    }

    /// All bytes that clients sent.
    String seen() {
        synchronized (seen) {
            return seen.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void listen() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            return; // closed
        }
    }

    @SuppressWarnings("EmptyCatch") // whatever goes wrong, both sides see their connections closed
    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            asked.add(head.substring(0, head.indexOf('\r')));
            if (target == NOWHERE) {
                say(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            if (!head.toLowerCase(Locale.ROOT).contains(wanted)) {
                say(client, """
                        HTTP/1.1 407 Proxy Authentication Required\r
                        Proxy-Authenticate: Basic realm="x"\r
                        Content-Length: 0\r
                        \r
                        """);
                return;
            }
            try (var upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
                say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
                Thread.ofVirtual().start(() -> pipe(upstream, client, false));
                pipe(client, upstream, true);
            }
        } catch (IOException _) {
        }
    }

    private String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended amid the head");
            }
            head.append((char) next);
        }
        see(head.toString().getBytes(StandardCharsets.ISO_8859_1), head.length());
        return head.toString();
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @SuppressWarnings("EmptyCatch") // the end of one side is the end of the other
    private void pipe(Socket from, Socket to, boolean watched) {
        byte[] piece = new byte[8192];
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (int n = from.getInputStream().read(piece);
                    n >= 0;
                    n = from.getInputStream().read(piece)) {
                if (watched) {
                    see(piece, n);
                }
                out.write(piece, 0, n);
            }
        } catch (IOException _) {
        }
    }

    private void see(byte[] bytes, int length) {
        synchronized (seen) {
            seen.write(bytes, 0, length);
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
