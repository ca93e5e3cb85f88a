package io.keywheel.simulator.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads HTTP/1.1 requests from one connection, and detects when its client disconnects.
final class RequestReader {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_BODY = 64 * 1024 * 1024;
    private static final int LONGEST_READ_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private int headLeft;

    RequestReader(Socket socket, OutputStream out) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = out;
    }

    /// Waits in a read, which detects a disconnect immediately. Bytes that arrive meanwhile belong to the next
    /// request.
    ///
    /// @return whether the client is still connected afterwards
    /// @throws IOException also if more bytes than a head's limit arrive meanwhile
    boolean clientStays(Duration duration) throws IOException {
        long start = System.nanoTime();
        in.mark(LONGEST_HEAD);
        try {
            for (long left = duration.toMillis();
                    left > 0;
                    left = duration.minusNanos(System.nanoTime() - start).toMillis()) {
                socket.setSoTimeout((int) Math.min(left, LONGEST_READ_MILLIS));
                if (hasLeft()) {
                    return false;
                }
            }
            in.reset();
            return true;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(0);
            }
        }
    }

    private boolean hasLeft() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    /// @return empty if the client closed the connection between two requests
    /// @throws ProtocolException if the request is not HTTP/1.1, or too long
    Optional<Exchange> next() throws IOException {
        headLeft = LONGEST_HEAD;
        var line = line();
        if (line == null) {
            return Optional.empty();
        }
        var words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals("HTTP/1.1")) {
            throw new ProtocolException("not an HTTP/1.1 request line");
        }
        var headers = headers();
        var path = words[1].split("\\?", 2)[0];
        return Optional.of(new Exchange(words[0], path, headers, body(headers)));
    }

    private Map<String, String> headers() throws IOException {
        var headers = new LinkedHashMap<String, String>();
        while (true) {
            var line = line();
            int colon = line == null ? -1 : line.indexOf(':');
            if (line != null && line.isEmpty()) {
                return headers;
            }
            if (line == null || colon < 1) {
                throw new ProtocolException("a header without a name, or a head that ends early");
            }
            var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.merge(name, line.substring(colon + 1).strip(), (first, second) -> first + ", " + second);
        }
    }

    private String body(Map<String, String> headers) throws IOException {
        var bytes = new ByteArrayOutputStream();
        boolean chunked = headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked");
        long length = chunked ? 0 : number(headers.getOrDefault("content-length", "0"), 10);
        if ((chunked || length > 0) && headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        while (chunked) {
            headLeft = LONGEST_HEAD;
            var size = line();
            length = size == null ? -1 : number(size.split(";", 2)[0].strip(), 16);
            if (length == 0) {
                headers(); // The trailers, and an empty line.
                break;
            }
            copy(length, bytes);
            line();
        }
        copy(length, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static long number(String digits, int radix) throws ProtocolException {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException _) {
            throw new ProtocolException("not a length: " + digits);
        }
    }

    private void copy(long length, ByteArrayOutputStream into) throws IOException {
        if (length < 0 || length > LONGEST_BODY - into.size()) {
            throw new ProtocolException("the body ends early, or is too long");
        }
        var read = in.readNBytes((int) length);
        if (read.length < length) {
            throw new ProtocolException("the body ends early");
        }
        into.writeBytes(read);
    }

    private @Nullable String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (--headLeft < 0) {
                throw new ProtocolException("the head is too long");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return null;
    }
}
