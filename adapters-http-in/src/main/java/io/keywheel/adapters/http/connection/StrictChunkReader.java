package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Helidon's reader, with a bound on the headers of a request: Helidon bounds their bytes, and takes thousands
/// without any. It is strict with bodies in chunks: there it takes `+5` for a size, and any two bytes for the end of
/// a line. A proxy in front could see other requests in the same bytes.
///
/// In bodies, Helidon reads lines only where a chunk's size or the end stands, and skips only ends of lines.
final class StrictChunkReader extends DataReader {

    private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");

    private final BooleanSupplier inBody;
    private int headers;
    private boolean within;

    /// Whether the last size was zero.
    private boolean ends;

    @SuppressWarnings(
            "removal") // Helidon means to hide its class behind an interface; there is none yet to delegate to.
    StrictChunkReader(Supplier<byte[]> bytes, BooleanSupplier inBody) {
        super(bytes);
        this.inBody = inBody;
    }

    /// Helidon asks this before each header, and once more where they end.
    @Override
    public boolean startsWithNewLine() {
        boolean ended = super.startsWithNewLine();
        headers = ended || inBody.getAsBoolean() ? 0 : headers + 1;
        if (headers > ClientConnections.MOST_HEADERS) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.create(431, "Request Header Fields Too Large"))
                    .setKeepAlive(false)
                    .message("too many headers")
                    .build();
        }
        return ended;
    }

    @Override
    public String readLine() {
        String line = within(super::readLine);
        if (inBody.getAsBoolean()) {
            if (ends ? !line.isEmpty() : !SIZE.matcher(line).matches()) {
                throw new BadBodyException(BadBodyException.Problem.MALFORMED);
            }
            ends = !line.isEmpty() && Integer.parseUnsignedInt(line, 16) == 0;
        }
        return line;
    }

    @Override
    public BufferData readBuffer(int length) {
        return within(() -> super.readBuffer(length));
    }

    @Override
    public BufferData readBuffer() {
        return within(super::readBuffer);
    }

    /// Helidon's own methods skip what they have read.
    private <T> T within(Supplier<T> method) {
        within = true;
        try {
            return method.get();
        } finally {
            within = false;
        }
    }

    @Override
    public void skip(int length) {
        if (within || !inBody.getAsBoolean()) {
            super.skip(length);
        } else if (length != 2 || read() != '\r' || read() != '\n') {
            throw new BadBodyException(BadBodyException.Problem.MALFORMED);
        }
    }
}
