package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Allowance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads whole answers: everything may be missing, and everything else may be there.
final class AnswerReader {

    static final Failure.EmptyReply EMPTY = new Failure.EmptyReply("the answer was empty");

    private AnswerReader() {}

    static LlmReply read(JsonNode root, Allowance allowance) {
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            return new LlmReply.Failed(new Failure.Unavailable("what it sent is no chat completion", null));
        }
        String text = content(message.path("content"));
        List<ToolCall> calls = ToolCalls.read(message.path("tool_calls"));
        FinishReason reason = finishReason(choice.path("finish_reason").asText());
        if (text.isEmpty() && calls.isEmpty() && !mayBeEmpty(reason)) {
            return new LlmReply.Failed(EMPTY);
        }
        return new LlmReply.Answered(
                Completion.of(new Reply(text, reasoning(message), calls, Extras.NONE), reason, usage(root)), allowance);
    }

    /// Usually a string; some providers send a list of parts.
    static String content(JsonNode content) {
        if (!content.isArray()) {
            return content.isTextual() ? content.textValue() : "";
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /// Groq, Cerebras: `reasoning`. DeepSeek, vLLM and others: `reasoning_content`.
    static @Nullable String reasoning(JsonNode message) {
        String reasoning = Json.text(message, "reasoning");
        return reasoning != null ? reasoning : Json.text(message, "reasoning_content");
    }

    static FinishReason finishReason(String name) {
        return switch (name) {
            case "stop" -> FinishReason.STOP;
            case "length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /// Reasoning may use up the whole budget, and a filter may leave nothing: the provider did its work.
    static boolean mayBeEmpty(FinishReason reason) {
        return switch (reason) {
            case LENGTH, CONTENT_FILTER -> true;
            case STOP, TOOL_CALLS, OTHER -> false;
        };
    }

    /// Groq tells it as `usage`, as `x_groq.usage` (streams recorded 2025-09) or as both (2026-02).
    static @Nullable TokenUsage usage(JsonNode root) {
        JsonNode usage = root.path("usage");
        if (!usage.isObject()) {
            usage = root.path("x_groq").path("usage");
        }
        if (!usage.isObject()) {
            return null;
        }
        long prompt = usage.path("prompt_tokens").asLong();
        long completion = usage.path("completion_tokens").asLong();
        return new TokenUsage(prompt, completion, usage.path("total_tokens").asLong(prompt + completion));
    }
}
