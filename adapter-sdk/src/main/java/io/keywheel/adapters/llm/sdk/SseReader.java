package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts bytes into server-sent events, as the HTML standard says, wherever the network happened to split them.
///
/// It departs from the standard in one point: what follows the last blank line is an event too, since providers
/// forget that line. Bytes that are no UTF-8 become U+FFFD. Confined to one thread.
public final class SseReader {

    /// @param name null where the event has none
    public record Event(@Nullable String name, String data) {}

    /// The longest line, and the longest event, in bytes.
    static final int LONGEST = 1 << 20;

    private static final String BOM = "\uFEFF";

    private final Share share;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final List<String> data = new ArrayList<>();
    private @Nullable String name;
    private int size;
    private boolean first = true;
    private boolean afterCarriageReturn;

    /// @param share of what holds an event that is under way
    public SseReader(Share share) {
        this.share = share;
    }

    /// The events that `bytes` complete.
    ///
    /// @throws TransportException when a line or an event grows beyond all reason
    public List<Event> read(byte[] bytes) throws TransportException {
        var events = new ArrayList<Event>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n' && bytes[i] != '\r') {
                afterCarriageReturn = false;
                continue;
            }
            boolean secondHalf = bytes[i] == '\n' && afterCarriageReturn;
            afterCarriageReturn = bytes[i] == '\r';
            if (!secondHalf) {
                append(bytes, start, i);
                endLine(events);
            }
            start = i + 1;
        }
        append(bytes, start, bytes.length);
        return events;
    }

    /// The event that was under way when the bytes ended, if any.
    public List<Event> end() throws TransportException {
        var events = new ArrayList<Event>();
        if (line.size() > 0) {
            endLine(events);
        }
        dispatch(events);
        return events;
    }

    private void append(byte[] bytes, int from, int to) throws TransportException {
        size += to - from;
        if (size > LONGEST) {
            throw TransportException.broken("an event of the stream is larger than 1 MiB", null);
        }
        if (!share.hold(size)) {
            throw TransportException.noRoom();
        }
        line.write(bytes, from, to - from);
    }

    private void endLine(List<Event> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (first && text.startsWith(BOM)) {
            text = text.substring(1);
        }
        first = false;
        if (text.isEmpty()) {
            dispatch(events);
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "data" -> data.add(value);
            case "event" -> name = value;
            default -> forgetComment();
        }
    }

    /// Comments keep a stream alive for hours: between events they must not add up.
    private void forgetComment() {
        if (data.isEmpty()) {
            size = 0;
        }
    }

    private void dispatch(List<Event> events) {
        if (!data.isEmpty()) {
            events.add(new Event(name, String.join("\n", data)));
        }
        data.clear();
        name = null;
        size = 0;
        share.hold(0);
    }
}
