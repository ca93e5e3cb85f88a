package io.keywheel.adapters.http.http2;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The head of an answer, turned from one of HTTP/1.1.
///
/// @param isInterim whether another head follows
/// @param isChunked whether the body's length shows at its end only
/// @param length of the body, if it is not chunked
record AnswerHead(FieldEncoder fields, boolean isInterim, boolean isChunked, long length) {

    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "keep-alive", "transfer-encoding", "upgrade");

    /// @param lines the status line and those after it
    static AnswerHead of(List<String> lines) {
        String status = lines.getFirst().split(" ", 3)[1];
        var fields = new FieldEncoder().add(":status", status);
        boolean isChunked = false;
        long length = 0;
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals("transfer-encoding")) {
                isChunked = true;
            } else if (name.equals("content-length")) {
                length = Long.parseLong(value);
            }
            if (!OF_CONNECTIONS.contains(name)) {
                fields.add(name, value);
            }
        }
        return new AnswerHead(fields, status.startsWith("1"), isChunked, length);
    }

    boolean hasBody() {
        return isChunked || length > 0;
    }
}
