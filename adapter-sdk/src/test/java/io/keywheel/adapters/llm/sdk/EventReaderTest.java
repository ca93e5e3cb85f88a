package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.llm.transport.AnswerMemory;
import io.keywheel.adapters.llm.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventReaderTest {

    /// The events as `name>data`, with a `|` between two.
    @ParameterizedTest
    @MethodSource("streams")
    void events_are_parsed_by_the_sse_standard_in_pieces_of_any_size(String text, String events) throws Exception {
        assertEquals(events, read(text, Integer.MAX_VALUE));
        for (int size = 1; size < 8; size++) {
            assertEquals(events, read(text, size), "in pieces of " + size);
        }
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                arguments("data: one\n\nevent: error\ndata: two\n\n", ">one|error>two"),
                arguments("data: one\r\n\r\nevent: error\r\ndata: two\r\n\r\n", ">one|error>two"),
                arguments("data: one\r\revent: error\rdata: two\r\r", ">one|error>two"),
                arguments("\uFEFF: ping\r\nevent:error\r\ndata: é漢\r\ndata: 😀: :\r\n\r\n", "error>é漢\n😀: :"),
                // The lines of one event are joined.
                arguments("data: one\ndata\ndata:two\n\n", ">one\n\ntwo"),
                // Comments, unknown fields and blank lines are skipped.
                arguments(": hello\n\n\nid: 4\nretry: 5\ndatabase: 6\nfoo\ndata: x\n: more\n\n", ">x"),
                // A byte order mark is skipped only at the start.
                arguments("\uFEFFdata: \uFEFFx\n\n\uFEFFdata: z\n\ndata: y\n\n", ">\uFEFFx|>y"),
                // One blank after the colon is removed.
                arguments("data:  x\n\n", "> x"),
                // The last event may lack its blank line.
                arguments("data: x", ">x"),
                arguments("data: x\n", ">x"),
                arguments("data: x\r", ">x"),
                arguments("event: error\n\nevent: error\ndata:\n\ndata: x\n\n", "error>|>x"));
    }

    @Test
    void complete_single_line_event_is_not_copied() throws Exception {
        var reader = new EventReader(Framing.SERVER_SENT_EVENTS, new AnswerMemory().share());
        byte[] bytes = "data: x\n\nevent: e\ndata: y\n\ndata: z\n".getBytes(StandardCharsets.US_ASCII);
        reader.add(bytes);
        assertSame(bytes, Objects.requireNonNull(reader.next()).bytes());
        assertSame(bytes, Objects.requireNonNull(reader.next()).bytes());
        assertNull(reader.next());
        reader.add(new byte[] {'\n'});
        assertSame(bytes, Objects.requireNonNull(reader.next()).bytes());
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_SENT_EVENTS, #, an event",
        "SERVER_SENT_EVENTS, data: #~, an event",
        "SERVER_SENT_EVENTS, data: x~:#~, an event",
        "JSON_LINES, #, a line"
    })
    void line_or_event_over_1_mib_is_refused(Framing framing, String line, String what) {
        var reader = new EventReader(framing, new AnswerMemory().share());
        byte[] piece = line.replace("#", "x".repeat(1 << 10)).replace('~', '\n').getBytes(StandardCharsets.US_ASCII);
        var failure = assertThrows(TransportException.class, () -> {
            while (true) {
                reader.add(piece);
                reader.next();
            }
        });

        assertEquals(what + " of the stream is larger than 1 MiB", failure.reason());
    }

    @Test
    void comments_do_not_count_toward_the_event_limit() throws Exception {
        var reader = new EventReader(Framing.SERVER_SENT_EVENTS, new AnswerMemory().share());
        byte[] comment = (":" + "x".repeat(1 << 10) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 2000; i++) {
            reader.add(comment);
            assertNull(reader.next());
        }
    }

    @Test
    void blank_lines_of_a_json_value_are_not_kept() throws Exception {
        var reader = new EventReader(Framing.JSON, new AnswerMemory().share());
        for (String piece : List.of("{", "\n".repeat(1 << 20), "\n}")) {
            reader.add(piece.getBytes(StandardCharsets.US_ASCII));
            assertNull(reader.next());
        }
        reader.add(null);

        assertEquals("{\n}", Objects.requireNonNull(reader.next()).data());
    }

    /// The events of a stream that arrives in pieces of `size` bytes.
    private static String read(String text, int size) throws TransportException {
        var reader = new EventReader(Framing.SERVER_SENT_EVENTS, new AnswerMemory().share());
        var events = new StringJoiner("|");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            reader.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
            addAll(reader, events);
        }
        reader.add(null);
        addAll(reader, events);
        return events.toString();
    }

    private static void addAll(EventReader reader, StringJoiner events) throws TransportException {
        for (EventReader.Event event = reader.next(); event != null; event = reader.next()) {
            events.add((event.name() == null ? "" : event.name()) + ">" + event.data());
        }
    }
}
