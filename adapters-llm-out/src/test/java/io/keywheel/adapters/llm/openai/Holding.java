package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Asserts that no field is lost: each one is a typed value, or verbatim and in order among the extras.
final class Holding {

    private Holding() {}

    /// Checks an answer like a chunk with the same choices.
    static void assertHeld(JsonNode said, Completion completion) {
        List<Chunk.Piece> pieces = completion.choices().stream()
                .map(choice ->
                        new Chunk.Piece(choice.index(), delta(choice.reply()), choice.finishReason(), choice.extras()))
                .toList();
        assertHeld(said, "message", new Chunk(pieces, completion.usage(), completion.extras()));
    }

    private static Chunk.Delta delta(Reply reply) {
        List<ToolCallPart> calls = reply.toolCalls().stream()
                .map(call -> new ToolCallPart(0, call.id(), call.name(), call.arguments(), call.extras()))
                .toList();
        return new Chunk.Delta(reply.text(), Objects.requireNonNullElse(reply.reasoning(), ""), calls, reply.extras());
    }

    static void assertHeld(JsonNode said, Chunk chunk) {
        assertHeld(said, "delta", chunk);
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
                            "index",
                            part.index(),
                            "id",
                            text(part.id()),
                            "type",
                            text("function"),
                            "function",
                            function));
            if (!part.extras().fields().containsKey("function")) {
                assertFields(
                        function, Extras.NONE, Map.of("name", text(part.name()), "arguments", text(part.arguments())));
            }
        }
    }

    private static void assertUsage(JsonNode said, @Nullable TokenUsage usage) {
        if (usage != null) {
            assertFields(
                    said,
                    usage.extras(),
                    Map.of(
                            "prompt_tokens",
                            usage.promptTokens(),
                            "completion_tokens",
                            usage.completionTokens(),
                            "total_tokens",
                            usage.totalTokens()));
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
        throw new AssertionError("nobody said choice " + index);
    }

    private static TextNode word(@Nullable FinishReason reason) {
        return text(reason == null ? null : reason.label());
    }

    private static TextNode text(@Nullable String text) {
        return TextNode.valueOf(text == null ? "" : text);
    }
}
