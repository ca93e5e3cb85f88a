package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Helidon's reader, with a limit on the number of headers: Helidon limits only their bytes, and accepts thousands
/// of empty ones. It is strict with chunked bodies, where Helidon accepts `+5` as a size and any two bytes as a
/// line end. A proxy in front could parse other requests from the same bytes.
///
/// In bodies, Helidon calls `readLine` only for a chunk's size or the end, and `skip` only for line ends.
final class StrictChunkReader extends DataReader {

    static final Status TOO_LARGE = Status.create(431, "Request Header Fields Too Large");

    /// The size of a chunk, or nothing after the last one.
    private static final Pattern SIZE_OR_END = Pattern.compile("[0-9A-Fa-f]{0,8}");

    private final BooleanSupplier inBody;
    private int headers;
    private boolean inContent;

    @SuppressWarnings(
            "removal") // Helidon means to hide its class behind an interface; there is none yet to delegate to.
    StrictChunkReader(Supplier<byte[]> bytes, BooleanSupplier inBody) {
        super(bytes);
        this.inBody = inBody;
    }

    /// Helidon calls this for a request line, for each header's value, and for lines of chunked bodies. An empty line
    /// before a request is skipped: some clients send one after a body (RFC 9112, 2.2).
    @Override
    public int findNewLine(int max) {
        if (headers == 0 && !inBody.getAsBoolean() && super.startsWithNewLine()) {
            super.skip(2);
        }
        return super.findNewLine(max);
    }

    /// Helidon calls this before each header, and once after the last.
    @Override
    public boolean startsWithNewLine() {
        boolean ended = super.startsWithNewLine();
        headers = ended || inBody.getAsBoolean() ? 0 : headers + 1;
        if (headers > ClientConnections.MOST_HEADERS) {
            throw refusedHead(TOO_LARGE, "too many headers");
        }
        return ended;
    }

    /// The refusal of a head, which Helidon sends: no handler has the request yet.
    static RequestException refusedHead(Status status, String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(status)
                .setKeepAlive(false)
                .message(message)
                .build();
    }

    @Override
    public String readLine() {
        String line = super.readLine();
        if (inBody.getAsBoolean() && !SIZE_OR_END.matcher(line).matches()) {
            throw RefusedException.malformedBody();
        }
        return line;
    }

    /// Helidon calls [#skip] for the bytes that this reads.
    @Override
    public BufferData readBuffer(int length) {
        inContent = true;
        try {
            return super.readBuffer(length);
        } finally {
            inContent = false;
        }
    }

    @Override
    public void skip(int length) {
        if (inContent || !inBody.getAsBoolean()) {
            super.skip(length);
        } else if (length != 2 || read() != '\r' || read() != '\n') {
            throw RefusedException.malformedBody();
        }
    }
}
