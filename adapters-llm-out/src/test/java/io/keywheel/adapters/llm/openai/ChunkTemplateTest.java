package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTemplateTest {

    private static final List<String> TEXTS = List.of(
            "a",
            "",
            "Hello",
            "content",
            " é漢😀",
            "\\n",
            "\\u00e9",
            "\\\"",
            "x\",\"a\":\"y",
            "\uFFFD",
            "\t",
            "\"",
            "null");

    private final ChunkTemplate template = new ChunkTemplate();

    @Test
    void template_reads_random_events_like_the_parser() {
        var random = new Random(17);
        int read = 0;
        for (int round = 0; round < 1_000; round++) {
            String event = new RandomAnswers(random).chunk();
            learn(event);
            for (String text : TEXTS) {
                // The text may occur in the content, in a name, or in both.
                String other = event.replace("Hello", text).replace("Hm", text);
                Chunk chunk = read(other);
                if (chunk != null) {
                    assertEquals(Read.chunk(other), chunk, other);
                    read++;
                }
            }
        }
        assertTrue(read > 150, "read by a template: " + read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"Hello\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"Hello\",\"x\":\"Hello\"}}],\"created\":1.10}",
                "{\"choices\":[{\"delta\":{\"reasoning\":\"Hello\"}}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"no\",\"content\":\"Hello\"}}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"H\\u0065llo\"}}]}",
            })
    void event_with_new_text_matches_the_template_and_shares_extras(String event) {
        Chunk first = learn(event);
        int place = Math.max(event.lastIndexOf("\"Hello\""), event.lastIndexOf("\"H\\u0065llo\""));
        place = event.contains("\"x\":") ? event.indexOf("\"Hello\"") : place;
        String rest = event.substring(event.indexOf('"', place + 1));
        String other = event.substring(0, place + 1) + "wörld" + rest;

        Chunk chunk = Objects.requireNonNull(read(other), "not read by the template");

        assertEquals(Read.chunk(other), chunk);
        assertSame(first.extras(), chunk.extras());
        assertSame(
                first.pieces().getFirst().delta().extras(),
                chunk.pieces().getFirst().delta().extras());
    }

    @Test
    void template_reads_invalid_utf_8_like_the_parser() {
        String event = "{\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}";
        learn(event);
        byte[] broken = event.replace("Hello", "H\u00e9").getBytes(StandardCharsets.ISO_8859_1);

        assertEquals(Read.chunk(event.replace("Hello", "H\uFFFD")), template.read(broken, 0, broken.length));
    }

    /// Fireworks repeats id and name in each fragment. The parser leaves the repeated ones out.
    @Test
    void event_with_a_tool_call_is_no_template() {
        String event = "{\"choices\":[{\"delta\":{\"content\":\"Hello\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}";
        learn(event);

        assertNull(read(event));
    }

    @Test
    void event_without_a_text_is_parsed() {
        String event = "{\"choices\":[{\"delta\":{\"content\":[{\"thinking\":\"Hm\"}],\"reasoning\":\"%s\"}}]}";
        learn(event.formatted("Hello"));

        assertNotNull(read(event.formatted("Hi")));
        assertNull(read(event.formatted("")));
    }

    /// Any letter could be the one that replaces the text when a template is checked.
    @ParameterizedTest
    @ValueSource(strings = {"a", "x", "Hello"})
    void event_that_repeats_its_text_in_an_extra_is_no_template(String text) {
        String event = "{\"choices\":[{\"delta\":{\"reasoning\":\"%s\",\"reasoning_content\":\"Hm\"}}]}";
        learn(event.formatted(text));

        assertNull(read(event.formatted("b")));
    }

    @Test
    void template_stops_learning_when_all_events_differ() {
        for (int i = 0; i < 100; i++) {
            learn("{\"n\":" + i + ",\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}");
        }

        assertNull(read("{\"n\":99,\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}"));
        assertNotNull(read("{\"n\":15,\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}"));
    }

    private Chunk learn(String event) {
        byte[] bytes = Read.bytes(event);
        AnswerReader.Event read =
                Objects.requireNonNull(AnswerReader.event(bytes, 0, bytes.length, new ToolCallNumbers()));
        template.learn(read, bytes, 0, bytes.length);
        return read.chunk();
    }

    /// Reads the event between other bytes, as in a stream.
    private @Nullable Chunk read(String event) {
        byte[] bytes = Read.bytes("data: " + event + "\n\n");
        return template.read(bytes, 6, bytes.length - 2);
    }
}
