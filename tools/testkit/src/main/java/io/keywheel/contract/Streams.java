package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.AT_ONCE;
import static io.keywheel.contract.AdapterFixture.Form.STREAM;
import static io.keywheel.contract.AdapterFixture.LONG;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.AdapterUnderTest.Streamed;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Answers piece by piece.
interface Streams extends AdapterUnderTest {

    @Test
    default void delivers_streamed_text_unchanged() {
        List<String> pieces = List.of("Zażółć ", "\"gęślą\" jaźń,\n", "日本語 \\ 🦊");
        Stream<String> chunks = Stream.concat(pieces.stream().map(wire()::piece), Stream.of(end()));
        assertEquals(
                String.join("", pieces),
                stream(streaming(chunks.toArray(String[]::new))).text());
    }

    private String end() {
        return wire().end(FinishReason.STOP);
    }

    @Test
    default void delivers_each_chunk_when_it_arrives() {
        var arrived = new CountDownLatch(1);
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("one "));
            if (arrived.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)) {
                exchange.chunk(wire().piece("two"));
            }
            exchange.chunk(end());
            exchange.endStream();
        })) {
            var text = new StringBuilder();
            AdapterFixture.answered(adapter.port().stream(adapter.hello(LONG), chunk -> {
                text.append(chunk.text());
                if (chunk.carriesContent()) {
                    arrived.countDown();
                }
            }));
            assertEquals("one two", text.toString());
        }
    }

    @Test
    default void reads_a_stream_in_fragments_of_a_byte() {
        String all = wire().piece("Ein jäher Schnitt trennt, was ") + wire().piece("zusammengehört: 🦊");
        Streamed streamed = stream(exchange -> {
            exchange.openStream(wire());
            for (byte one : all.getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
            }
            exchange.chunk(end());
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
                stream(streaming(wire().piece("Hello"), end())).completion().usage());
    }

    @Test
    default void reports_the_finish_reason_of_a_stream() {
        for (FinishReason reason : List.of(FinishReason.STOP, FinishReason.LENGTH)) {
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

    private List<ToolCallPart> toolCalls(String chunk) {
        return stream(streaming(chunk, end())).chunks().stream()
                .flatMap(each -> each.pieces().stream())
                .flatMap(piece -> piece.delta().toolCalls().stream())
                .toList();
    }

    private static String joined(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> fragment) {
        return parts.stream().map(fragment).filter(Objects::nonNull).collect(Collectors.joining());
    }

    @Test
    default void rejects_an_empty_stream() {
        assertEquals(Kind.EMPTY_REPLY, failure(STREAM, streaming(end())).kind());
    }

    @Test
    default void ends_a_stream_whose_connection_stays_open() throws Exception {
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(end());
            exchange.awaitHangUp();
        })) {
            AdapterFixture.answered(adapter.pending(STREAM).soon());
        }
    }
}
