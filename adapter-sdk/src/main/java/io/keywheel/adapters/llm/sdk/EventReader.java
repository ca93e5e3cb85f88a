package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.transport.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Splits a stream into server-sent events, by the HTML standard, or into lines, or takes it as one event, regardless
/// of network boundaries. Skips empty ones, except errors.
///
/// An event of one line that arrived in one piece is a range of the received array; other events are copied. The
/// reader departs from the standard in one point. The text after the last blank line is an event, too, because some
/// providers omit that line.
///
/// Not thread-safe.
public final class EventReader {

    /// An event, whose data is a range of bytes.
    ///
    /// @param name null for an event without a name
    public record Event(@Nullable String name, byte[] bytes, int from, int to) {

        /// Invalid UTF-8 becomes U+FFFD.
        public String data() {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }

        /// Whether it ends the stream: `[DONE]`.
        boolean isDone() {
            return startsWith(bytes, from, to, DONE);
        }

        public boolean isError() {
            return "error".equals(name);
        }

        private boolean isBlank() {
            return (from == to || bytes[from] <= ' ') && data().isBlank();
        }
    }

    /// The longest line, and the longest event, in bytes.
    static final int LONGEST = 1 << 20;

    private static final int MOST_KEPT = 16 << 10;

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] NAME = {'e', 'v', 'e', 'n', 't'};
    private static final Event NONE = new Event(null, new byte[0], 0, 0);
    private static final byte[] END = {'\n', '\n'};

    private final Framing framing;
    private final Share share;

    /// The bytes so far of an incomplete line.
    private ByteArrayOutputStream line = new ByteArrayOutputStream(0);

    /// The data of an event of several lines.
    private ByteArrayOutputStream joined = new ByteArrayOutputStream(0);

    private byte[] in = {};
    private int next;
    private Event firstLine = NONE;
    private int lines;
    private @Nullable String name;
    private int size;
    private boolean first = true;
    private boolean ended;
    private boolean afterCarriageReturn;

    /// @param share counts the bytes of an incomplete event
    public EventReader(Framing framing, Share share) {
        this.framing = framing;
        this.share = share;
    }

    /// Adds bytes after [#next] has read all earlier ones. The caller must not change the array any more.
    ///
    /// @param bytes null at the end, which completes an event that has begun
    public void add(byte @Nullable [] bytes) {
        ended = bytes == null;
        in = bytes == null ? END : bytes;
        next = 0;
    }

    /// The next complete event; null if more bytes are needed.
    ///
    /// @throws TransportException if a line or an event is longer than 1 MiB, or the share has no room for it
    public @Nullable Event next() throws TransportException {
        while (next < in.length) {
            int start = next;
            int end = start;
            while (end < in.length && in[end] != '\n' && in[end] != '\r') {
                end++;
            }
            grow(end - start);
            next = end + 1;
            if (end == in.length) {
                line.write(in, start, end - start);
                return null;
            }
            boolean secondHalf = afterCarriageReturn && in[end] == '\n';
            afterCarriageReturn = in[end] == '\r';
            Event complete = secondHalf ? null : endLine(start, end);
            if (complete != null && (!complete.isBlank() || complete.isError())) {
                return complete;
            }
        }
        return null;
    }

    private void grow(int more) throws TransportException {
        if (more == 0) {
            return;
        }
        afterCarriageReturn = false;
        size += more;
        if (size > LONGEST) {
            String what = framing == Framing.JSON_LINES ? "a line" : "an event";
            throw TransportException.broken(what + " of the stream is larger than 1 MiB", null);
        }
        if (!share.hold(size)) {
            throw TransportException.memoryExhausted();
        }
    }

    private @Nullable Event endLine(int start, int end) {
        if (line.size() == 0) {
            return endLine(in, start, end);
        }
        line.write(in, start, end - start);
        byte[] whole = line.toByteArray();
        line = emptied(line);
        return endLine(whole, 0, whole.length);
    }

    /// Replaces a large buffer, so that one large event does not occupy memory until the stream ends.
    private static ByteArrayOutputStream emptied(ByteArrayOutputStream used) {
        if (used.size() > MOST_KEPT) {
            return new ByteArrayOutputStream(0);
        }
        used.reset();
        return used;
    }

    private @Nullable Event endLine(byte[] bytes, int start, int end) {
        int from = first && startsWith(bytes, start, end, BOM) ? start + BOM.length : start;
        first = false;
        if (framing != Framing.SERVER_SENT_EVENTS) {
            if (from < end) {
                addData(bytes, from, end);
            }
            return framing == Framing.JSON_LINES || ended ? dispatch() : null;
        }
        if (from == end) {
            return dispatch();
        }
        if (isField(bytes, from, end, DATA)) {
            addData(bytes, value(bytes, from + DATA.length, end), end);
        } else if (isField(bytes, from, end, NAME)) {
            int value = value(bytes, from + NAME.length, end);
            name = new String(bytes, value, end - value, StandardCharsets.UTF_8);
        } else if (lines == 0) {
            // Comments keep a stream alive for hours, so their bytes must not add up between events.
            size = 0;
        }
        return null;
    }

    private static boolean startsWith(byte[] bytes, int start, int end, byte[] prefix) {
        return end - start >= prefix.length
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    private static boolean isField(byte[] bytes, int start, int end, byte[] field) {
        int colon = start + field.length;
        return startsWith(bytes, start, end, field) && (colon == end || bytes[colon] == ':');
    }

    /// The start of a field's value: after the colon and one space.
    private static int value(byte[] bytes, int colon, int end) {
        int value = Math.min(colon + 1, end);
        return value < end && bytes[value] == ' ' ? value + 1 : value;
    }

    private void addData(byte[] bytes, int from, int to) {
        if (lines == 0) {
            firstLine = new Event(null, bytes, from, to);
        } else {
            if (lines == 1) {
                joined.write(firstLine.bytes(), firstLine.from(), firstLine.to() - firstLine.from());
            }
            joined.write('\n');
            joined.write(bytes, from, to - from);
        }
        lines++;
    }

    private @Nullable Event dispatch() {
        Event complete = lines == 0 ? null : firstLine;
        if (lines > 1) {
            complete = new Event(name, joined.toByteArray(), 0, joined.size());
            joined = emptied(joined);
        } else if (complete != null && name != null) {
            complete = new Event(name, complete.bytes(), complete.from(), complete.to());
        }
        firstLine = NONE;
        lines = 0;
        name = null;
        size = 0;
        share.hold(0);
        return complete;
    }
}
