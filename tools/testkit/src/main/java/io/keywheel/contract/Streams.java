package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Checks of streamed answers.
interface Streams extends AdapterUnderTest {

    @Test
    default void delivers_streamed_text_unchanged() {
        List<String> pieces = List.of(" ", "Zażółć cafe\u0301 ", "\"gęślą\" jaźń,\n", "日本語 \\ 🦊", "\n", " ");
        Stream<String> chunks = Stream.concat(pieces.stream().map(wire()::piece), Stream.of(end()));
        assertEquals(
                String.join("", pieces),
                stream(streaming(chunks.toArray(String[]::new))).text());
    }

    @Test
    default void delivers_each_chunk_when_it_arrives() {
        var arrived = new CountDownLatch(1);
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one "));
            if (soon(arrived)) {
                exchange.chunk(wire().piece("two"));
            }
            exchange.chunk(end());
            exchange.endStream();
        })) {
            answered(adapter.stream(arrived::countDown));
            assertEquals("one two", adapter.text());
        }
    }

    @Test
    default void reads_a_stream_in_fragments_of_a_byte() {
        String all = wire().piece("Ein jäher Schnitt trennt, was ") + wire().piece("zusammengehört: 🦊") + end();
        Streamed streamed = stream(exchange -> {
            exchange.openStream(wire());
            for (byte one : all.getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
            }
            exchange.endStream();
        });
        assertEquals("Ein jäher Schnitt trennt, was zusammengehört: 🦊", streamed.text());
    }

    @Test
    default void reads_a_stream_in_one_fragment() {
        String all = wire().piece("one ") + wire().piece("two ") + wire().piece("three ") + wire().piece("four");
        assertEquals("one two three four", stream(streaming(all + end())).text());
    }

    @Test
    default void reports_the_usage_of_a_stream() {
        Answers.assertCost(
                wire(),
                stream(streaming(wire().piece("Hello"), end())).completion().usage());
    }

    @Test
    default void reports_the_finish_reason_of_a_stream() {
        for (FinishReason reason : wire().reasons()) {
            assertEquals(
                    reason,
                    stream(streaming(wire().piece("Hello"), wire().end(reason)))
                            .completion()
                            .finishReason());
        }
    }

    @Test
    default void delivers_a_streamed_tool_call() {
        String call = given(wire().toolCallPiece("look_up", "{\"city\":\"Ulm\"}"));
        List<ToolCallPart> parts = toolCalls(call);
        assertEquals("look_up", joined(parts, ToolCallPart::name));
        assertTrue(joined(parts, ToolCallPart::arguments).contains("Ulm"), parts::toString);
    }

    @Test
    default void separates_streamed_parallel_tool_calls() {
        String calls = given(wire().toolCallPieces("look_up", List.of("{\"city\":\"Ulm\"}", "{\"city\":\"Bonn\"}")));
        Map<Integer, List<ToolCallPart>> byIndex =
                toolCalls(calls).stream().collect(Collectors.groupingBy(ToolCallPart::index, TreeMap::new, toList()));
        List<String> arguments = byIndex.values().stream()
                .map(parts -> joined(parts, ToolCallPart::arguments))
                .toList();
        Set<String> ids = byIndex.values().stream()
                .map(parts -> joined(parts, ToolCallPart::id))
                .collect(toSet());
        assertEquals(2, arguments.size(), byIndex::toString);
        assertEquals(2, ids.size(), byIndex::toString);
        assertTrue(arguments.getFirst().contains("Ulm") && arguments.getLast().contains("Bonn"), byIndex::toString);
    }

    @Test
    default void keeps_the_ids_of_streamed_tool_calls() {
        List<String> ids = given(wire().callIds());
        String calls = given(wire().toolCallPieces("look_up", List.of("{}", "{}")));
        assertEquals(
                ids,
                toolCalls(calls).stream()
                        .map(ToolCallPart::id)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /// Clients find a call by its index. The second stream shows whether the adapter's state belongs to one answer.
    @Test
    default void numbers_the_tool_calls_of_each_stream_from_zero() {
        String calls = given(wire().toolCallPieces("look_up", List.of("{}", "{}")));
        try (var adapter = open(streaming(calls, end()))) {
            for (int i = 0; i < 2; i++) {
                adapter.chunks.clear();
                answered(adapter.ask(STREAM));
                assertEquals(
                        List.of(0, 1),
                        toolCalls(adapter.chunks).stream()
                                .map(ToolCallPart::index)
                                .distinct()
                                .toList());
            }
        }
    }

    @Test
    default void delivers_text_beside_a_streamed_tool_call() {
        String call = given(wire().toolCallPiece("look_up", "{}"));
        Streamed streamed = stream(streaming(wire().piece("Hello"), call, wire().end(FinishReason.TOOL_CALLS)));
        assertEquals("Hello", streamed.text());
        assertEquals("look_up", joined(toolCalls(streamed.chunks()), ToolCallPart::name));
    }

    /// Clients expect both in the first fragment only.
    @Test
    default void sends_the_id_and_name_of_a_streamed_tool_call_once() {
        List<ToolCallPart> parts = toolCalls(given(wire().toolCallPiece("look_up", "{\"city\":\"Ulm\"}")));
        assertOnce(parts, ToolCallPart::id);
        assertOnce(parts, ToolCallPart::name);
    }

    private static void assertOnce(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> word) {
        assertEquals(1, parts.stream().map(word).filter(Objects::nonNull).count(), parts::toString);
    }

    @Test
    default void finishes_a_streamed_tool_call_with_tool_calls() {
        String call = given(wire().toolCallPiece("look_up", "{}"));
        assertEquals(
                FinishReason.TOOL_CALLS,
                stream(streaming(call, wire().end(FinishReason.TOOL_CALLS)))
                        .completion()
                        .finishReason());
    }

    @Test
    default void keeps_streamed_reasoning_apart_from_text() {
        String thought = given(wire().reasoningPiece("It is snowing."));
        Streamed streamed = stream(streaming(thought, wire().piece("Stay in."), end()));
        assertEquals("Stay in.", streamed.text());
        assertEquals(
                "It is snowing.",
                streamed.chunks().stream().map(Chunk::reasoning).collect(Collectors.joining()));
    }

    /// The sink has already received the text.
    @Test
    default void repeats_no_text_at_the_end_of_a_stream() {
        assertEquals(
                "", stream(streaming(wire().piece("Hello"), end())).completion().text());
    }

    private List<ToolCallPart> toolCalls(String chunk) {
        return toolCalls(stream(streaming(chunk, end())).chunks());
    }

    private static List<ToolCallPart> toolCalls(List<Chunk> chunks) {
        return chunks.stream()
                .flatMap(each -> each.pieces().stream())
                .flatMap(piece -> piece.delta().toolCalls().stream())
                .toList();
    }

    private static String joined(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> fragment) {
        return parts.stream().map(fragment).filter(Objects::nonNull).collect(Collectors.joining());
    }

    @Test
    default void rejects_an_empty_stream() {
        assertFails(Kind.EMPTY_REPLY, STREAM, streaming(end()));
    }

    @Test
    default void ends_a_stream_whose_connection_stays_open() throws Exception {
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(end());
            exchange.awaitHangUp();
        })) {
            answered(pending(() -> adapter.ask(STREAM)).soon());
        }
    }
}
