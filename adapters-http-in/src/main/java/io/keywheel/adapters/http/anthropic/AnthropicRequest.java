package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.ChatFields;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.json.WrittenJson;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a request as Anthropic's clients write it. Fields that no provider has a word for are ignored, known to this
/// API or not: the table in `docs/messages.md` names them.
///
/// @param stream whether the answer is to come in events
/// @param leftOut what of the tools is not sent to any provider
record AnthropicRequest(ChatCommand command, boolean stream, List<String> leftOut) {

    /// @throws RefusedException if `body` is not a request as Anthropic's clients write it
    static AnthropicRequest read(ObjectNode body) {
        var fields = new Fields(body, "");
        var tools = AnthropicTools.read(fields);
        var command = new ChatCommand(
                        conversation(fields, tools),
                        sampling(fields),
                        extras(fields, tools),
                        selection(fields),
                        fields.flag("fallback", true))
                .of(userId(body));
        return new AnthropicRequest(command, fields.flag("stream", false), tools.leftOut());
    }

    /// What a request to count tokens says: the same without what concerns the answer.
    static ChatCommand toCount(ObjectNode body) {
        var fields = new Fields(body, "");
        var conversation = conversation(fields, AnthropicTools.read(fields));
        return new ChatCommand(conversation, Sampling.DEFAULT, Extras.NONE, selection(fields), true);
    }

    private static Conversation conversation(Fields fields, AnthropicTools tools) {
        return new Conversation(AnthropicMessages.read(fields), tools.functions(), tools.choice(fields));
    }

    private static ModelSelector selection(Fields fields) {
        return new ModelSelector(null, ChatFields.name(fields, "model"));
    }

    private static Sampling sampling(Fields fields) {
        Long maxTokens = fields.needed("max_tokens", fields.integer("max_tokens", 1, Integer.MAX_VALUE));
        return new Sampling(
                fields.number("temperature", 0, 1),
                maxTokens,
                fields.number("top_p", 0, 1),
                ChatFields.stop(fields, "stop_sequences"),
                null,
                null);
    }

    private static Extras extras(Fields fields, AnthropicTools tools) {
        var extras = new LinkedHashMap<String, String>();
        if (tools.oneAtATime(fields)) {
            extras.put("parallel_tool_calls", "false");
        }
        Fields config = fields.inner("output_config");
        Fields format = config == null ? fields.inner("output_format") : config.inner("format");
        if (format != null && format.needed("type").equals("json_schema")) {
            Fields schema = format.needed("schema", format.inner("schema"));
            ObjectNode named = JsonWriter.object().put("name", "answer").put("strict", true);
            named.set("schema", schema.object());
            ObjectNode wanted = JsonWriter.object().put("type", "json_schema");
            wanted.set("json_schema", named);
            extras.put("response_format", WrittenJson.text(wanted));
        }
        return new Extras(extras);
    }

    /// What the client tells its conversations apart by.
    private static @Nullable String userId(ObjectNode body) {
        String id = body.path("metadata").path("user_id").textValue();
        return id == null || id.isEmpty() ? null : id;
    }
}
