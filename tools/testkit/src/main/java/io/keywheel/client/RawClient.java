package io.keywheel.client;

import io.keywheel.openapi.Description;
import io.keywheel.openapi.RecordedExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A client that sends exactly the given bytes, over TCP or TLS.
public final class RawClient implements AutoCloseable {

    /// How a client disconnects.
    public enum Way {
        CLOSE,
        RESET,
        HALF_CLOSE
    }

    /// The timeout of each reading call, regardless of other data that arrives.
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final Socket socket;

    /// The OpenAPI document that answers are validated against.
    final Description description;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    /// @param description the OpenAPI document that answers are validated against
    public RawClient(int port, Description description) {
        this(description, () -> new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private RawClient(Description description, Callable<Socket> connecting) {
        this.description = description;
        socket = io(() -> {
            Socket connected = connecting.call();
            connected.setTcpNoDelay(true);
            return connected;
        });
    }

    /// A client with a small receive buffer, so that unread data soon blocks the server's writes.
    public static RawClient slow(int port, Description description) {
        return new RawClient(description, () -> {
            var socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        });
    }

    /// A client that has completed the TLS handshake.
    ///
    /// @param protocols the protocols to offer by ALPN
    public static RawClient overTls(int port, Description description, SSLContext trusted, String... protocols) {
        return new RawClient(description, () -> {
            var socket = (SSLSocket) trusted.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            try {
                socket.startHandshake();
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            return socket;
        });
    }

    static <T> T io(Callable<T> action) {
        try {
            return action.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The protocol that the server selected by ALPN.
    public String protocol() {
        return ((SSLSocket) socket).getApplicationProtocol();
    }

    public int localPort() {
        return socket.getLocalPort();
    }

    /// The head of a request to localhost.
    ///
    /// @param what the method and path
    public static String head(String what, String... headers) {
        String all = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return what + " HTTP/1.1\r\nHost: localhost\r\n" + all + "\r\n";
    }

    public static String post(String path, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: application/json");
        all.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
        return head("POST " + path, all.toArray(String[]::new)) + body;
    }

    public static String get(String path, String... headers) {
        return head("GET " + path, headers);
    }

    /// The head of a chat request with a chunked body.
    public static String chunkedHead() {
        return chatHead("Transfer-Encoding: chunked");
    }

    /// The head of a chat request, without its length.
    public static String chatHead(String... headers) {
        return head("POST /api/chat", "Content-Type: application/json", String.join("\r\n", headers));
    }

    public static String chunk(int size, String text) {
        return Integer.toHexString(size) + "\r\n" + text + "\r\n";
    }

    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) {
        sent.writeBytes(bytes);
        return io(() -> {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        });
    }

    /// The bytes that the server sends from now on. Reads fail after `READ_TIMEOUT`, counted from this call.
    InputStream received() {
        long begin = System.nanoTime();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                long left = READ_TIMEOUT.minusNanos(System.nanoTime() - begin).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException("there is more and more");
                }
                socket.setSoTimeout((int) left);
                return socket.getInputStream().read(bytes, from, length);
            }
        };
    }

    /// Reads up to and including `end`.
    public String readUntil(String end) {
        var read = new StringBuilder();
        InputStream received = received();
        return io(() -> {
            try {
                while (read.indexOf(end, read.length() - end.length()) < 0) {
                    int next = received.read();
                    if (next < 0) {
                        throw new AssertionError("closed after: " + read);
                    }
                    read.append((char) next);
                }
                return read.toString();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no end in time after: " + read, e);
            }
        });
    }

    /// Reads until the server closes the connection.
    public String readAll() {
        return readAll("");
    }

    /// As [#readAll()], prefixed with `begin`, which was read before.
    public String readAll(String begin) {
        return io(() -> described(begin + new String(received().readAllBytes(), StandardCharsets.UTF_8)));
    }

    /// Validates the first answer in `received` against the OpenAPI document, and returns `received`.
    private String described(String received) {
        if (received.startsWith("HTTP/1.1 ") && received.contains("\r\nContent-Length: ")) {
            description.check(RecordedExchange.onTheWire(sent.toString(StandardCharsets.ISO_8859_1), received));
        }
        return received;
    }

    /// Waits until the server closes the connection; discards what it sends.
    public void awaitClose() {
        try {
            readAll();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw new AssertionError("it does not close", e);
            }
        }
    }

    public int read() {
        return io(() -> received().read());
    }

    public void leave(Way way) {
        io(() -> {
            switch (way) {
                case CLOSE -> socket.close();
                case RESET -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
                case HALF_CLOSE -> socket.shutdownOutput();
            }
            return way;
        });
    }

    @Override
    public void close() {
        leave(Way.CLOSE);
    }
}
