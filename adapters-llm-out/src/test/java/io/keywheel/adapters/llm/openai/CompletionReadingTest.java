package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.json.WrittenJson;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading an answer loses no field: each one is a typed value, or verbatim and in order among the extras.
class CompletionReadingTest {

    private static final int ROUNDS = 300;

    @ParameterizedTest
    @ValueSource(strings = {RecordedAnswers.GROQ_ANSWER, RecordedAnswers.CEREBRAS_ANSWER})
    void recorded_answer_is_read_without_loss(String answer) {
        assertAnswerHeld(answer);
    }

    @ParameterizedTest
    @MethodSource("recordedEvents")
    void recorded_stream_event_is_read_without_loss(String event) {
        assertChunkHeld(event);
    }

    static List<String> recordedEvents() {
        return Stream.of(RecordedAnswers.GROQ_STREAM, RecordedAnswers.CEREBRAS_STREAM)
                .flatMap(Arrays::stream)
                .filter(event -> !event.equals("[DONE]"))
                .toList();
    }

    @Test
    void random_answer_is_read_without_loss() {
        var answers = new RandomAnswers(new Random(7));
        for (int i = 0; i < ROUNDS; i++) {
            assertAnswerHeld(answers.answer());
        }
    }

    @Test
    void random_stream_event_is_read_without_loss() {
        var answers = new RandomAnswers(new Random(8));
        for (int i = 0; i < ROUNDS; i++) {
            assertChunkHeld(answers.chunk());
        }
    }

    /// Jackson refuses to convert a text of more than 1000 characters to a number.
    @Test
    void long_text_in_the_details_of_the_usage_is_read_without_loss() {
        String details = "{\"prompt_tokens_details\":{\"note\":\"%s\"}}".formatted("x".repeat(1001));
        assertAnswerHeld("{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":" + details + "}");
    }

    private static void assertAnswerHeld(String answer) {
        Chunk chunk = Objects.requireNonNull(AnswerReader.answer(Read.bytes(answer)), answer);
        assertHeld(Read.tree(answer), "message", chunk);
    }

    private static void assertChunkHeld(String event) {
        assertHeld(Read.tree(event), "delta", Read.chunk(event));
    }

    private static void assertHeld(JsonNode said, String reply, Chunk chunk) {
        assertFields(said, chunk.extras(), Map.of("choices", said.path("choices"), "usage", said.path("usage")));
        assertUsage(said.path("usage"), chunk.usage());
        assertEquals(said.path("choices").size(), chunk.pieces().size());
        for (Chunk.Piece piece : chunk.pieces()) {
            JsonNode choice = choice(said, piece.choice());
            JsonNode spoken = choice.path(reply);
            assertFields(
                    choice,
                    piece.extras(),
                    Map.of("index", piece.choice(), reply, spoken, "finish_reason", word(piece.finishReason())));
            Chunk.Delta delta = piece.delta();
            JsonNode calls = spoken.path("tool_calls");
            var typed = new HashMap<>(
                    Map.of("content", text(delta.text()), "reasoning", text(delta.reasoning()), "tool_calls", calls));
            if (reply.equals("message")) {
                typed.put("role", text("assistant"));
            }
            assertFields(spoken, delta.extras(), typed);
            assertCalls(calls, delta.toolCalls());
        }
    }

    private static void assertCalls(JsonNode said, List<ToolCallPart> parts) {
        assertEquals(said.size(), parts.size());
        for (int i = 0; i < parts.size(); i++) {
            ToolCallPart part = parts.get(i);
            JsonNode function = said.path(i).path("function");
            assertFields(
                    said.path(i),
                    part.extras(),
                    Map.of(
                            "index", part.index(),
                            "id", text(part.id()),
                            "type", text("function"),
                            "function", said.path(i).path("function")));
            if (said.path(i).path("type").asText("function").equals("function")) {
                assertFields(
                        function,
                        WrittenJson.extrasExcept(function, Set.of("name", "arguments")),
                        Map.of("name", text(part.name()), "arguments", text(part.arguments())));
            } else {
                assertNull(part.name(), "not a function");
            }
        }
    }

    private static void assertUsage(JsonNode said, @Nullable TokenUsage usage) {
        if (usage != null) {
            assertFields(
                    said,
                    usage.extras(),
                    Map.of(
                            "prompt_tokens", usage.promptTokens(),
                            "completion_tokens", usage.completionTokens(),
                            "total_tokens", usage.totalTokens()));
        } else {
            assertEquals(0, said.size(), "the usage is lost");
        }
    }

    private static void assertFields(JsonNode said, Extras extras, Map<String, ?> vocabulary) {
        List<String> names = said.properties().stream().map(Map.Entry::getKey).toList();
        for (String name : names) {
            String value = extras.fields().get(name);
            Object typed = vocabulary.get(name);
            if (value != null || typed == null) {
                assertEquals(said.path(name).toString(), value, name);
            } else if (!said.path(name).isNull()) {
                assertEquals(said.path(name).toString(), typed.toString(), name);
            }
        }
        assertEquals(
                names.stream().filter(extras.fields()::containsKey).toList(),
                List.copyOf(extras.fields().keySet()));
    }

    private static JsonNode choice(JsonNode said, int index) {
        for (JsonNode choice : said.path("choices")) {
            if (choice.path("index").asInt() == index) {
                return choice;
            }
        }
        throw new AssertionError("the answer has no choice " + index);
    }

    private static TextNode word(@Nullable FinishReason reason) {
        return text(reason == null ? null : reason.label());
    }

    private static TextNode text(@Nullable String text) {
        return TextNode.valueOf(text == null ? "" : text);
    }
}
