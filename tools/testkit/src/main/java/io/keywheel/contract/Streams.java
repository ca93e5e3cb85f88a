package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Checks of streamed answers.
interface Streams extends AdapterUnderTest {

    @Test
    default void delivers_each_chunk_when_it_arrives() {
        var arrived = new CountDownLatch(1);
        try (var adapter = open(begun(wire().piece("one ")).andThen(exchange -> {
            exchange.chunk((soon(arrived) ? wire().piece("two") : "") + end());
            exchange.endStream();
        }))) {
            answered(adapter.stream(arrived::countDown));
            assertEquals("one two", adapter.text());
        }
    }

    @Test
    default void reads_a_stream_in_fragments_of_a_byte() {
        String all = wire().piece("Ein jäher Schnitt trennt, was ") + wire().piece("zusammengehört: 🦊") + end();
        Completion streamed = read(STREAM, begun().andThen(exchange -> {
            for (byte one : all.getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
            }
            exchange.endStream();
        }));
        assertEquals("Ein jäher Schnitt trennt, was zusammengehört: 🦊", streamed.text());
    }

    @Test
    default void reads_a_stream_in_one_fragment() {
        String all = wire().piece("one ") + wire().piece("two ") + wire().piece("three ") + wire().piece("four");
        assertEquals("one two three four", read(STREAM, streaming(all + end())).text());
    }

    @Test
    default void reads_a_stream_in_any_layout() {
        String stream = wire().laidOut(wire().piece("one ")) + wire().laidOut(wire().piece("two") + end());
        assertEquals("one two", read(STREAM, streaming(stream)).text());
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
                        adapter.parts().stream()
                                .map(ToolCallPart::index)
                                .distinct()
                                .toList());
            }
        }
    }

    /// Clients expect both in the first fragment only.
    @Test
    default void sends_the_id_and_name_of_a_streamed_tool_call_once() {
        String call = given(wire().toolCallPieces("look_up", List.of(Answers.ULM)));
        try (var adapter = open(streaming(call, wire().end(FinishReason.TOOL_CALLS)))) {
            answered(adapter.ask(STREAM));
            assertOnce(adapter.parts(), ToolCallPart::id);
            assertOnce(adapter.parts(), ToolCallPart::name);
        }
    }

    private static void assertOnce(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> word) {
        assertEquals(1, parts.stream().map(word).filter(Objects::nonNull).count(), parts::toString);
    }

    /// The sink has already received the text.
    @Test
    default void repeats_no_text_at_the_end_of_a_stream() {
        try (var adapter = answering(STREAM)) {
            assertEquals("", answered(adapter.ask(STREAM)).text());
        }
    }

    @Test
    default void ends_a_stream_whose_connection_stays_open() throws Exception {
        var script = begun(wire().piece("Hello"), end()).andThen(WireExchange::awaitHangUp);
        try (var adapter = open(script)) {
            answered(pending(() -> adapter.ask(STREAM)).soon());
        }
    }
}
