package io.keywheel.bootstrap.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client that sends, reads and leaves just when a test wants it to.
final class RawClient implements AutoCloseable {

    private static final int SMALL = 4096;
    private static final int LONGEST_SILENCE_MILLIS = 60_000;

    /// How it can leave.
    enum Way {
        CLOSE,
        RESET,
        HALF_CLOSE
    }

    private final Socket socket = new Socket();

    /// @param world whose gateway it calls
    RawClient(World world) throws IOException {
        // As little as the system allows: what lies here unread is not the gateway's any more.
        socket.setReceiveBufferSize(SMALL);
        socket.setSoTimeout(LONGEST_SILENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), world.gateway.address().getPort()));
    }

    RawClient post(String path, String body) throws IOException {
        return send("""
                POST %s HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Content-Length: %d

                %s""".formatted(path, body.length(), body));
    }

    RawClient openWebSocket() throws IOException {
        send("""
                GET /api/chat/ws HTTP/1.1
                Host: localhost
                Connection: Upgrade
                Upgrade: websocket
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                """);
        readUntil("\r\n\r\n");
        return this;
    }

    /// A whole text frame, masked with zeros.
    ///
    /// @param text shorter than 126 characters
    RawClient frame(String text) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {(byte) 0x81, (byte) (0x80 | text.length()), 0, 0, 0, 0});
        frame.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(frame.toByteArray());
        return this;
    }

    /// @param text whose lines end as those of source text do
    private RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /// Everything up to and with `end`.
    String readUntil(String end) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(end, Math.max(0, read.length() - end.length() - 1)) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("closed after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    /// Everything until the gateway closes.
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    void leave(Way way) throws IOException {
        switch (way) {
            case CLOSE -> socket.close();
            case RESET -> {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case HALF_CLOSE -> socket.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
