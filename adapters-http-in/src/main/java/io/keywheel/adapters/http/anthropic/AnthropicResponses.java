package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes messages as Anthropic does.
///
/// @param asked for the estimates where the upstream does not say what an answer cost
/// @param tools restores the names of what is called
record AnthropicResponses(String requestId, Conversation asked, UpstreamTools<String> tools) {

    /// What a provider that speaks Anthropic's words may say for itself.
    private static final Set<String> STOP_REASONS = Set.of(
            "end_turn",
            "max_tokens",
            "stop_sequence",
            "tool_use",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded");

    byte[] whole(Answer answer) {
        Choice choice = answer.completion().choices().getFirst();
        Reply reply = choice.reply();
        TokenUsage usage = usage(answer.completion().usage(), characters(reply));
        return JsonWriter.written(json -> {
            writeHead(answer.serving().target().model(), json);
            json.writeArrayFieldStart("content");
            writeContent(reply, json);
            json.writeEndArray();
            boolean calls = !reply.toolCalls().isEmpty();
            writeStop(stopReason(choice.finishReason(), choice.extras(), calls), json);
            writeUsage(usage, json);
        });
    }

    private static long characters(Reply reply) {
        long characters = reply.text().length()
                + (reply.reasoning() == null ? 0L : reply.reasoning().length());
        for (ToolCall call : reply.toolCalls()) {
            characters += call.name().length() + (long) call.arguments().length();
        }
        return characters;
    }

    private void writeContent(Reply reply, JsonGenerator json) throws IOException {
        if (reply.reasoning() != null && !reply.reasoning().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("type", "thinking");
            json.writeStringField("thinking", reply.reasoning());
            // Only Anthropic's models sign.
            json.writeStringField("signature", "");
            json.writeEndObject();
        }
        if (!reply.text().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("type", "text");
            json.writeStringField("text", reply.text());
            json.writeEndObject();
        }
        for (int i = 0; i < reply.toolCalls().size(); i++) {
            ToolCall call = reply.toolCalls().get(i);
            json.writeStartObject();
            writeCallHead(callId(call.id(), i), call.name(), json);
            writeInput(call.arguments(), json);
            json.writeEndObject();
        }
    }

    void writeCallHead(String id, String name, JsonGenerator json) throws IOException {
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", id);
        String called = tools.called(name);
        json.writeStringField("name", called == null ? name : called);
        json.writeFieldName("input");
    }

    /// Results name their call, so each call needs an id.
    String callId(@Nullable String upstream, int index) {
        return upstream == null || upstream.isEmpty() ? "toolu_" + requestId + "_" + index : upstream;
    }

    /// Clients want an object. Arguments that are none are wrapped as Anthropic advises for invalid JSON.
    private static void writeInput(String arguments, JsonGenerator json) throws IOException {
        JsonNode input = JsonReader.only(arguments.getBytes(StandardCharsets.UTF_8));
        if (input.isObject()) {
            WrittenJson.write(input, json);
        } else {
            json.writeStartObject();
            if (!arguments.isBlank()) {
                invalid(arguments).write(json);
            }
            json.writeEndObject();
        }
    }

    static JsonWriter.Fields invalid(String arguments) {
        return json -> json.writeStringField("INVALID_JSON", arguments);
    }

    /// The message with which a stream starts: nothing is said yet, and its cost is estimated.
    void writeStart(ModelId model, JsonGenerator json) throws IOException {
        writeHead(model, json);
        json.writeArrayFieldStart("content");
        json.writeEndArray();
        writeStop(null, json);
        writeUsage(new TokenUsage(TokenEstimate.prompt(asked), 0, 0), json);
    }

    private void writeHead(ModelId model, JsonGenerator json) throws IOException {
        json.writeStringField("id", "msg_" + requestId);
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", model.value());
    }

    static void writeStop(@Nullable String reason, JsonGenerator json) throws IOException {
        json.writeStringField("stop_reason", reason);
        for (String none : List.of("stop_sequence", "stop_details", "container")) {
            json.writeNullField(none);
        }
    }

    /// @param extras may have the upstream's own word
    /// @param calls whether the answer calls tools: clients wait for results just then
    static String stopReason(@Nullable FinishReason reason, Extras extras, boolean calls) {
        String upstream = extras.fields().getOrDefault("finish_reason", "").replace("\"", "");
        if (STOP_REASONS.contains(upstream)) {
            return upstream;
        }
        return switch (reason) {
            case LENGTH -> "max_tokens";
            case CONTENT_FILTER -> "refusal";
            case STOP, TOOL_CALLS, OTHER -> calls ? "tool_use" : "end_turn";
            case null -> calls ? "tool_use" : "end_turn";
        };
    }

    /// What the upstream says, else an estimate: clients add it up.
    TokenUsage usage(@Nullable TokenUsage upstream, long characters) {
        return upstream != null
                ? upstream
                : new TokenUsage(TokenEstimate.prompt(asked), TokenEstimate.ofCharacters(characters), 0);
    }

    /// As Anthropic counts, cached tokens are none of the input.
    static void writeUsage(TokenUsage usage, JsonGenerator json) throws IOException {
        long cached = usage.cachedTokens() == null ? 0 : usage.cachedTokens();
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.promptTokens() - cached);
        json.writeNumberField("cache_creation_input_tokens", 0);
        json.writeNumberField("cache_read_input_tokens", cached);
        json.writeNumberField("output_tokens", usage.completionTokens());
        if (usage.reasoningTokens() != null) {
            json.writeObjectFieldStart("output_tokens_details");
            json.writeNumberField("thinking_tokens", usage.reasoningTokens());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
