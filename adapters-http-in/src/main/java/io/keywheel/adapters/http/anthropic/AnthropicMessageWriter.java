package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.TokenCount;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes messages in Anthropic's format.
///
/// @param command for token estimates, if the provider reports no usage
/// @param ids the common part of the ids of a message and its calls
/// @param tools restores the client's names of the called tools
/// @param thinking whether the answer may have thinking blocks
record AnthropicMessageWriter(ChatCommand command, String ids, UpstreamTools<String> tools, boolean thinking) {

    /// Clients do not return a thinking block without a signature, although only Anthropic's models sign theirs.
    static final String SIGNATURE = "keywheel";

    /// Stop reasons of Anthropic's, which are passed on if the provider sends them.
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
        List<Block> blocks = Block.of(choice.content()).stream()
                .filter(block -> thinking || block.kind() != Block.Kind.REASONING)
                .toList();
        TokenUsage usage = TokenCount.usage(
                answer.completion().usage(), command, answer.completion().characters());
        return JsonWriter.written(json -> {
            writeHead(answer.servedBy().target().model(), json);
            json.putObjects("content", blocks, (of, block) -> writeBlock(block, block.content(), of));
            writeStop(stopReason(choice.finishReason(), choice.extras(), blocks), json);
            writeUsage(usage, json);
        });
    }

    /// Writes a block; in a stream, with an empty content.
    void writeBlock(Block block, String content, JsonWriter json) throws IOException {
        switch (block.kind()) {
            case REASONING ->
                json.put("type", "thinking")
                        .put("thinking", content)
                        .put("signature", content.isEmpty() ? "" : SIGNATURE);
            case TEXT, REFUSAL -> json.put("type", "text").put("text", content);
            case CALL -> {
                String clientName = tools.toolOf(block.name());
                json.put("type", "tool_use")
                        // A tool result refers to its call, so each call needs an id.
                        .put("id", block.id() == null ? "toolu_" + ids + "_" + block.index() : block.id())
                        .put("name", clientName == null ? block.name() : clientName)
                        .put("input", input(content))
                        // Anthropic's libraries require it. No provider runs code that could call the tool.
                        .putObject("caller", caller -> caller.put("type", "direct"));
            }
        }
    }

    /// Clients require an object. Other arguments are wrapped, as Anthropic advises for invalid JSON.
    private static JsonNode input(String arguments) {
        JsonNode input = JsonReader.singleValue(arguments);
        return input.isObject() ? input : arguments.isEmpty() ? JsonWriter.object() : invalid(arguments);
    }

    static ObjectNode invalid(String arguments) {
        return JsonWriter.object().put("INVALID_JSON", arguments);
    }

    /// Writes the message that starts a stream: without content, and with an estimated usage.
    void writeStart(ModelId model, JsonWriter json) throws IOException {
        writeHead(model, json);
        writeStop(null, json.putObjects("content", List.of(), (_, _) -> {}));
        writeUsage(new TokenUsage(TokenCount.of(command), 0, 0), json);
    }

    private void writeHead(ModelId model, JsonWriter json) throws IOException {
        json.put("id", "msg_" + ids)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model.value());
    }

    static void writeStop(@Nullable String reason, JsonWriter json) throws IOException {
        json.put("stop_reason", reason);
        json.putObject("stop_sequence", null).putObject("stop_details", null).putObject("container", null);
    }

    /// @param extras may have the provider's finish reason
    /// @param blocks those of the whole answer: clients wait for the results of calls only if it has some
    static String stopReason(FinishReason reason, Extras extras, List<Block> blocks) {
        String upstream = extras.fields().getOrDefault("finish_reason", "").replace("\"", "");
        if (STOP_REASONS.contains(upstream)) {
            return upstream;
        }
        Set<Block.Kind> kinds = blocks.stream().map(Block::kind).collect(Collectors.toSet());
        if (kinds.contains(Block.Kind.REFUSAL)) {
            return "refusal";
        }
        return switch (reason) {
            case LENGTH -> "max_tokens";
            case CONTENT_FILTER -> "refusal";
            case STOP, TOOL_CALLS, OTHER -> kinds.contains(Block.Kind.CALL) ? "tool_use" : "end_turn";
        };
    }

    /// As in Anthropic's API, cached tokens are not part of `input_tokens`.
    static void writeUsage(TokenUsage usage, JsonWriter json) throws IOException {
        long cached = usage.cachedTokens() == null ? 0 : usage.cachedTokens();
        json.putObject("usage", of -> {
            of.put("input_tokens", usage.promptTokens() - cached)
                    .put("cache_creation_input_tokens", 0)
                    .put("cache_read_input_tokens", cached)
                    .put("output_tokens", usage.completionTokens());
            if (usage.reasoningTokens() != null) {
                of.putObject(
                        "output_tokens_details", details -> details.put("thinking_tokens", usage.reasoningTokens()));
            }
        });
    }
}
