package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.RequestId;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// A request of OpenAI's `POST /v1/responses`.
///
/// @param tools restores the names of the called tools, and has the types of dropped ones
/// @param echo the fields of the request that the response repeats
public record ResponsesRequest(ChatCommand command, boolean stream, OfferedTools tools, Extras echo) {

    /// Hints that have the same name and meaning in the providers' chat completions.
    private static final List<String> FORWARDED = List.of("prompt_cache_key", "safety_identifier", "user");

    /// The fields that a response repeats, with their defaults. OpenAI's SDKs require several of them.
    private static final Extras ECHOED = WrittenJson.extrasExcept(JsonReader.singleValue("""
            {"background":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},
             "parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,
             "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":null,"store":false,
             "temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":null,
             "top_p":null,"truncation":"disabled","user":null}"""), Set.of());

    /// A copy with the defaults of the fields that a response repeats.
    ResponsesRequest withoutEcho() {
        return new ResponsesRequest(command, stream, tools, ECHOED);
    }

    /// @param pingInterval how long a stream may be silent before a comment
    public static ParsedChat parse(ObjectNode body, InstantSource clock, Duration pingInterval) {
        ResponsesRequest read = read(body);
        var writer = new ResponseWriter(RequestId.forAnswer(), clock.instant(), read);
        return new ParsedChat(
                read.command(),
                read.stream(),
                read.tools().upstream().dropped(),
                answer -> writer.whole(answer, clock.instant()),
                (events, model) -> {
                    events.pingAfter(pingInterval, SseStream.KEEP_ALIVE);
                    return new ResponsesStream(events, writer, model, clock);
                });
    }

    /// @throws RefusedException if the request is invalid or needs stored state
    static ResponsesRequest read(ObjectNode body) {
        var fields = new Fields(body, "");
        refuseState(fields);
        var tools = new OfferedTools();
        tools.offer(fields, null);
        List<Message> messages = new InputItems(tools).read(fields);
        ToolChoice choice = RequestedChoice.read(fields, tools.upstream());
        var command = new ChatCommand(
                        new Conversation(messages, tools.upstream().functions(), choice),
                        new Sampling(
                                fields.number("temperature", 2),
                                fields.integer("max_output_tokens", 1, Integer.MAX_VALUE),
                                fields.number("top_p", 1),
                                List.of(),
                                null,
                                null),
                        extras(fields),
                        new ModelSelector(null, fields.modelOrProvider("model")),
                        fields.flag("fallback", true))
                .withCacheKey(fields.cacheKey("prompt_cache_key", "user", "safety_identifier"));
        return new ResponsesRequest(command, fields.flag("stream", false), tools, echo(fields));
    }

    private static void refuseState(Fields fields) {
        for (String name : List.of("previous_response_id", "conversation", "prompt")) {
            if (fields.value(name) != null) {
                throw fields.invalid(name, "needs stored state, and this gateway stores nothing; send the whole input");
            }
        }
        for (String name : List.of("background", "store")) {
            if (fields.flag(name, false)) {
                throw fields.invalid(name, "must be false: this gateway stores nothing");
            }
        }
    }

    private static Extras extras(Fields fields) {
        var extras = new LinkedHashMap<String, String>();
        Boolean parallel = fields.flag("parallel_tool_calls");
        if (parallel != null) {
            extras.put("parallel_tool_calls", parallel.toString());
        }
        Fields reasoning = fields.inner("reasoning");
        String effort = reasoning == null ? null : reasoning.text("effort");
        if (effort != null) {
            extras.put("reasoning_effort", WrittenJson.text(TextNode.valueOf(nearestEffort(effort))));
        }
        Fields text = fields.inner("text");
        Fields format = text == null ? null : text.inner("format");
        if (format != null) {
            putFormat(format, extras);
        }
        for (String name : FORWARDED) {
            String value = fields.text(name);
            if (value != null) {
                extras.put(name, WrittenJson.text(fields.object().get(name)));
            }
        }
        return new Extras(extras);
    }

    /// Codex offers more levels of effort than other models accept.
    private static String nearestEffort(String effort) {
        return switch (effort) {
            case "minimal" -> "low";
            case "xhigh", "max", "ultra" -> "high";
            default -> effort;
        };
    }

    private static void putFormat(Fields format, LinkedHashMap<String, String> extras) {
        switch (format.text("type")) {
            case null -> {}
            case "text" -> {}
            case "json_object" -> extras.put("response_format", "{\"type\":\"json_object\"}");
            case "json_schema" -> {
                ObjectNode responseFormat = JsonWriter.object().put("type", "json_schema");
                ObjectNode schema = responseFormat.putObject("json_schema");
                for (String name : List.of("name", "description", "schema", "strict")) {
                    JsonNode value = format.value(name);
                    if (value != null) {
                        schema.set(name, value);
                    }
                }
                extras.put("response_format", WrittenJson.text(responseFormat));
            }
            default -> throw format.invalid("type", "must be one of text, json_object, json_schema");
        }
    }

    private static Extras echo(Fields request) {
        request.inner("metadata");
        var echo = new LinkedHashMap<>(ECHOED.fields());
        echo.replaceAll((name, byDefault) -> {
            JsonNode value = name.equals("tools") ? OfferedTools.echo(request) : request.value(name);
            return value == null ? byDefault : WrittenJson.text(value);
        });
        return new Extras(echo);
    }
}
