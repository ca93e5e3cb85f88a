package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.json.WrittenJson;
import java.util.LinkedHashMap;
import java.util.List;

/// Reads a request as Anthropic's clients write it. Fields that no provider supports are ignored, even unknown
/// ones; the table in `docs/messages.md` names them.
///
/// @param tools restores the names of the called tools, and has the types of dropped ones
/// @param thinking false if the client disables it: models reason anyway, but the answer does not show it
record AnthropicRequest(ChatCommand command, boolean stream, UpstreamTools<String> tools, boolean thinking) {

    private static final String STOP = "stop_sequences";

    /// @throws RefusedException if `body` is not a request as Anthropic's clients write it
    static AnthropicRequest read(ObjectNode body) {
        refuseStoredThread(body);
        var fields = new Fields(body, "");
        var tools = AnthropicTools.read(fields);
        var command = new ChatCommand(
                        conversation(fields, tools),
                        sampling(fields),
                        extras(fields, tools),
                        modelSelector(fields),
                        fields.flag("fallback", true))
                .withCacheKey(fields.cacheKey());
        boolean thinking = !body.path("thinking").path("type").asText().equals("disabled");
        return new AnthropicRequest(command, fields.flag("stream", false), tools, thinking);
    }

    /// Reads a request to count tokens, without the fields that concern the answer.
    static ChatCommand forTokenCount(ObjectNode body) {
        var fields = new Fields(body, "");
        var tools = AnthropicTools.read(fields);
        return new ChatCommand(
                conversation(fields, tools), Sampling.DEFAULT, extras(fields, tools), modelSelector(fields), true);
    }

    /// Anthropic's libraries then send the whole conversation.
    private static void refuseStoredThread(ObjectNode body) {
        if (body.path("thread").path("type").asText().equals("continue")) {
            throw new RefusedException(
                    HttpError.THREAD_NOT_FOUND,
                    "thread needs stored state, and this gateway stores nothing; send all messages");
        }
    }

    private static Conversation conversation(Fields fields, UpstreamTools<String> tools) {
        return new Conversation(
                AnthropicMessages.read(fields, tools), tools.functions(), AnthropicTools.choice(fields, tools));
    }

    private static ModelSelector modelSelector(Fields fields) {
        return new ModelSelector(null, fields.modelOrProvider("model"));
    }

    private static Sampling sampling(Fields fields) {
        Long maxTokens = fields.required("max_tokens", fields.integer("max_tokens", 1, Integer.MAX_VALUE));
        return new Sampling(
                fields.number("temperature", 1), maxTokens, fields.number("top_p", 1), stop(fields), null, null);
    }

    /// Drops empty stop sequences, which Anthropic ignores.
    private static List<String> stop(Fields fields) {
        if (fields.value(STOP) instanceof ArrayNode sequences) {
            sequences.removeIf(each -> each.isTextual() && each.textValue().isEmpty());
        }
        return fields.stop(STOP);
    }

    private static Extras extras(Fields fields, UpstreamTools<String> tools) {
        var extras = new LinkedHashMap<String, String>();
        if (AnthropicTools.disablesParallelCalls(fields, tools)) {
            extras.put("parallel_tool_calls", "false");
        }
        Fields config = fields.inner("output_config");
        Fields format = config == null ? null : config.inner("format");
        if (format == null) {
            format = fields.inner("output_format");
        }
        if (format != null && "json_schema".equals(format.text("type"))) {
            ObjectNode responseFormat = JsonWriter.object().put("type", "json_schema");
            responseFormat
                    .putObject("json_schema")
                    .put("name", "answer")
                    .put("strict", true)
                    .set("schema", format.requiredInner("schema").object());
            extras.put("response_format", WrittenJson.text(responseFormat));
        }
        return new Extras(extras);
    }
}
