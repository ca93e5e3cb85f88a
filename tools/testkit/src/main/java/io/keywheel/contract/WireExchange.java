package io.keywheel.contract;

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

/// One request that a [WireServer] has received, with methods to answer it.
///
/// @param in the buffered input of the socket; may contain data after this request
public record WireExchange(Socket socket, InputStream in, String head, String body) {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private static final Pattern CHUNKED = Pattern.compile("(?i)transfer-encoding: chunked");

    /// Reads the next request of the connection; null at its end.
    public static @Nullable WireExchange read(Socket socket, InputStream in) throws IOException {
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
        byte[] body = CHUNKED.matcher(text).find()
                ? chunks(in)
                : in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return new WireExchange(socket, in, text, new String(body, StandardCharsets.UTF_8));
    }

    String target() {
        return head.split(" ", 3)[1];
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = size(in); size > 0; size = size(in)) {
            body.writeBytes(in.readNBytes(size));
            in.skipNBytes(2);
        }
        in.skipNBytes(2);
        return body.toByteArray();
    }

    private static int size(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append((char) in.read());
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    public void send(String raw) throws IOException {
        socket.getOutputStream().write(raw.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    public void json(int status, String body, String... headers) throws IOException {
        answer(status, "application/json", body, headers);
    }

    public void answer(int status, String type, String body, String... headers) throws IOException {
        send("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n" + lines(headers) + "\r\n" + body);
    }

    /// Sends the head of a chunked event stream.
    public void openStream(String... headers) throws IOException {
        openChunks("text/event-stream", headers);
    }

    /// Sends the head and the beginning of a stream of the provider's type.
    public void openStream(Wire wire, String... headers) throws IOException {
        openChunks(wire.streamType(), headers);
        if (!wire.begin().isEmpty()) {
            chunk(wire.begin());
        }
    }

    /// Sends the head of a chunked body.
    public void openChunks(String type, String... headers) throws IOException {
        openChunks(200, type, headers);
    }

    void openChunks(int status, String type, String... headers) throws IOException {
        send("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n"
                + lines(headers) + "\r\n");
    }

    /// Sends one HTTP chunk, which need not be one chunk of the answer.
    public void chunk(String text) throws IOException {
        chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    public void chunk(byte[] bytes) throws IOException {
        var chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(chunk.toByteArray());
        socket.getOutputStream().flush();
    }

    public void event(String data) throws IOException {
        chunk("data: " + data + "\n\n");
    }

    public void endStream() throws IOException {
        send("0\r\n\r\n");
    }

    /// Sends a whole answer of the provider.
    public void say(Wire.Reply said) throws IOException {
        answer(said.status(), said.type(), said.body(), said.headers().toArray(String[]::new));
    }

    /// Sends a whole event stream, with one HTTP chunk per event.
    public void stream(String... data) throws IOException {
        openStream();
        for (String one : data) {
            event(one);
        }
        endStream();
    }

    public void close() throws IOException {
        socket.close();
    }

    /// Closes the connection with a TCP reset.
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Blocks until the client has closed the connection; fails after 2 minutes, longer than any check waits.
    public void awaitHangUp() throws IOException {
        if (!hungUpWithin((int) TimeUnit.MINUTES.toMillis(2))) {
            throw new AssertionError("the client did not hang up, or sent more");
        }
    }

    /// Whether the client closes the connection within that time.
    public boolean hungUpWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return in.read() < 0;
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
