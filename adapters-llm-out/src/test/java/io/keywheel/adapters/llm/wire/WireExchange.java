package io.keywheel.adapters.llm.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One request that a [WireServer] has read, and the way to answer it.
record WireExchange(Socket socket, String head, String body) {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    /// The next request of the connection, or null at its end.
    static @Nullable WireExchange read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        var head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
            text = next == '\n' ? head.toString(StandardCharsets.UTF_8) : "";
        }
        Matcher length = LENGTH.matcher(text);
        byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return new WireExchange(socket, text, new String(body, StandardCharsets.UTF_8));
    }

    void send(String raw) throws IOException {
        socket.getOutputStream().write(raw.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    void json(int status, String body, String... headers) throws IOException {
        answer(status, "application/json", body, headers);
    }

    void answer(int status, String type, String body, String... headers) throws IOException {
        send("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n" + lines(headers) + "\r\n" + body);
    }

    /// The head of a chunked event stream.
    void openStream(String... headers) throws IOException {
        send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n" + lines(headers)
                + "\r\n");
    }

    /// One chunk of HTTP, not necessarily of the answer.
    void chunk(String text) throws IOException {
        send(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
    }

    void event(String data) throws IOException {
        chunk("data: " + data + "\n\n");
    }

    void endStream() throws IOException {
        send("0\r\n\r\n");
    }

    /// A whole event stream, each event a chunk.
    void stream(String... data) throws IOException {
        openStream();
        for (String one : data) {
            event(one);
        }
        endStream();
    }

    void close() throws IOException {
        socket.close();
    }

    /// Closes so that the other side sees a reset.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Blocks until the client has closed the connection; fails after 5 seconds.
    void awaitHangUp() throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(5));
        try {
            if (socket.getInputStream().read() >= 0) {
                throw new AssertionError("the client sent more instead of hanging up");
            }
        } catch (SocketException _) {
            return; // a reset is a way of hanging up
        }
    }

    /// Whether the client closes the connection within that time.
    boolean hungUpWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException _) {
            return true; // a reset is a way of hanging up
        }
    }

    private static String lines(String... headers) {
        return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    }
}
