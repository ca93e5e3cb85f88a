package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asserts that no field is lost: each one is a typed value, or verbatim and in order among the extras.
final class Holding {

    private Holding() {}

    static void assertHeld(JsonNode said, Completion completion) {
        assertFields(said, completion.extras(), Map.of("choices", said.path("choices"), "usage", said.path("usage")));
        assertUsage(said.path("usage"), completion.usage());
        assertEquals(said.path("choices").size(), completion.choices().size());
        for (Completion.Choice choice : completion.choices()) {
            JsonNode spoken = choice(said, choice.index());
            JsonNode message = spoken.path("message");
            assertFields(
                    spoken,
                    choice.extras(),
                    Map.of("index", choice.index(), "message", message, "finish_reason", word(choice.finishReason())));
            assertFields(
                    message,
                    choice.reply().extras(),
                    Map.of(
                            "role",
                            text("assistant"),
                            "content",
                            text(choice.reply().text()),
                            "reasoning",
                            text(choice.reply().reasoning()),
                            "tool_calls",
                            message.path("tool_calls")));
            assertCalls(message.path("tool_calls"), choice.reply().toolCalls());
        }
    }

    static void assertHeld(JsonNode said, Chunk chunk) {
        assertFields(said, chunk.extras(), Map.of("choices", said.path("choices"), "usage", said.path("usage")));
        assertUsage(said.path("usage"), chunk.usage());
        assertEquals(said.path("choices").size(), chunk.pieces().size());
        for (Chunk.Piece piece : chunk.pieces()) {
            JsonNode spoken = choice(said, piece.choice());
            JsonNode delta = spoken.path("delta");
            assertFields(
                    spoken,
                    piece.extras(),
                    Map.of("index", piece.choice(), "delta", delta, "finish_reason", word(piece.finishReason())));
            assertFields(
                    delta,
                    piece.delta().extras(),
                    Map.of(
                            "content",
                            text(piece.delta().text()),
                            "reasoning",
                            text(piece.delta().reasoning()),
                            "tool_calls",
                            delta.path("tool_calls")));
            assertFragments(delta.path("tool_calls"), piece.delta().toolCalls());
        }
    }

    private static void assertCalls(JsonNode said, List<ToolCall> calls) {
        assertEquals(said.size(), calls.size());
        for (int i = 0; i < calls.size(); i++) {
            ToolCall call = calls.get(i);
            JsonNode function = said.path(i).path("function");
            assertFields(
                    said.path(i),
                    call.extras(),
                    Map.of("id", text(call.id()), "type", text("function"), "function", function));
            assertFunction(said.path(i), call.extras(), call.name(), call.arguments());
        }
    }

    private static void assertFragments(JsonNode said, List<ToolCallPart> parts) {
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
            assertFunction(said.path(i), part.extras(), part.name(), part.arguments());
        }
    }

    private static void assertFunction(JsonNode call, Extras extras, @Nullable String name, String arguments) {
        if (!extras.fields().containsKey("function")) {
            assertFields(call.path("function"), Extras.NONE, Map.of("name", text(name), "arguments", text(arguments)));
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
