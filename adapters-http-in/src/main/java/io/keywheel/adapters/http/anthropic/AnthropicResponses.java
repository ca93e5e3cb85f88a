package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.TokenCount;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
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
/// @param ids the begin of the ids of a message and its calls
/// @param tools restores the names of what is called
record AnthropicResponses(String requestId, Conversation asked, String ids, UpstreamTools<String> tools) {

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
        List<Block> blocks = Block.of(reply);
        TokenUsage usage = TokenCount.usage(
                answer.completion().usage(), asked, answer.completion().characters());
        return JsonWriter.written(json -> {
            writeHead(answer.serving().target().model(), json);
            JsonWriter.writeObjects(json, "content", blocks, (_, block) -> writeBlock(block, block.content(), json));
            boolean calls = !reply.toolCalls().isEmpty();
            boolean refused = !blocks.isEmpty() && blocks.getLast().kind() == Block.Kind.REFUSAL;
            writeStop(stopReason(choice.finishReason(), choice.extras(), calls, refused), json);
            writeUsage(usage, json);
        });
    }

    /// Writes a block, of a stream with an empty content.
    void writeBlock(Block block, String content, JsonGenerator json) throws IOException {
        switch (block.kind()) {
            case REASONING -> {
                json.writeStringField("type", "thinking");
                json.writeStringField("thinking", content);
                // Only Anthropic's models sign.
                json.writeStringField("signature", "");
            }
            case TEXT, REFUSAL -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", content);
            }
            case CALL -> {
                json.writeStringField("type", "tool_use");
                // Results name their call, so each call needs an id.
                json.writeStringField("id", block.id() == null ? "toolu_" + ids + "_" + block.index() : block.id());
                String called = tools.called(block.name());
                json.writeStringField("name", called == null ? block.name() : called);
                json.writeFieldName("input");
                writeInput(content, json);
            }
        }
    }

    /// Clients want an object. Arguments that are none are wrapped as Anthropic advises for invalid JSON.
    private static void writeInput(String arguments, JsonGenerator json) throws IOException {
        JsonNode input = JsonReader.only(arguments.getBytes(StandardCharsets.UTF_8));
        if (input.isObject()) {
            WrittenJson.write(input, json);
        } else {
            json.writeStartObject();
            if (!arguments.isEmpty()) {
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
        writeUsage(new TokenUsage(TokenCount.of(asked), 0, 0), json);
    }

    private void writeHead(ModelId model, JsonGenerator json) throws IOException {
        json.writeStringField("id", "msg_" + ids);
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
    /// @param refused whether the model itself says that it refuses
    static String stopReason(@Nullable FinishReason reason, Extras extras, boolean calls, boolean refused) {
        String upstream = extras.fields().getOrDefault("finish_reason", "").replace("\"", "");
        if (STOP_REASONS.contains(upstream)) {
            return upstream;
        }
        if (refused) {
            return "refusal";
        }
        return switch (reason) {
            case LENGTH -> "max_tokens";
            case CONTENT_FILTER -> "refusal";
            case STOP, TOOL_CALLS, OTHER -> calls ? "tool_use" : "end_turn";
            case null -> calls ? "tool_use" : "end_turn";
        };
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
