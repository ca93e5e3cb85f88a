package io.keywheel.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads HTTP/1.x requests off one connection.
final class RequestReader {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_BODY = 64 * 1024 * 1024;

    private final Inbox inbox;
    private final OutputStream out;
    private int headLeft;

    RequestReader(Inbox inbox, OutputStream out) {
        this.inbox = inbox;
        this.out = out;
    }

    /// @return empty when the client closed the connection between two requests
    /// @throws ProtocolException when this is not HTTP/1.x, or too long
    Optional<HttpRequest> next() throws IOException {
        headLeft = LONGEST_HEAD;
        var line = line();
        if (line == null) {
            return Optional.empty();
        }
        var words = line.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new ProtocolException("not an HTTP/1.x request line");
        }
        var headers = headers();
        boolean modern = !words[2].equals("HTTP/1.0");
        var connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        var path = words[1].split("\\?", 2)[0];
        return Optional.of(new HttpRequest(
                words[0], path, headers, body(headers), modern && !connection.contains("close"), modern));
    }

    private Map<String, String> headers() throws IOException {
        var headers = new LinkedHashMap<String, String>();
        while (true) {
            var line = line();
            if (line == null) {
                throw new ProtocolException("the head ends early");
            }
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("a header without a name");
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
        if (!chunked) {
            copy(length, bytes);
            return bytes.toString(StandardCharsets.UTF_8);
        }
        while (true) {
            headLeft = LONGEST_HEAD;
            var size = line();
            long left = size == null ? -1 : number(size.split(";", 2)[0].strip(), 16);
            if (left < 0) {
                throw new ProtocolException("the body ends early");
            }
            copy(left, bytes);
            // After a chunk there is an empty line; after the last one the trailers, then an empty line.
            if (left == 0) {
                headers();
                return bytes.toString(StandardCharsets.UTF_8);
            }
            line();
        }
    }

    private static long number(String digits, int radix) throws ProtocolException {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException _) {
            throw new ProtocolException("not a length: " + digits);
        }
    }

    private void copy(long length, ByteArrayOutputStream into) throws IOException {
        if (length < 0 || into.size() + length > LONGEST_BODY) {
            throw new ProtocolException("the body is too long");
        }
        for (long i = 0; i < length; i++) {
            int next = inbox.read();
            if (next < 0) {
                throw new ProtocolException("the body ends early");
            }
            into.write(next);
        }
    }

    private @Nullable String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int next = inbox.read();
            if (next < 0) {
                return null;
            }
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
    }
}
