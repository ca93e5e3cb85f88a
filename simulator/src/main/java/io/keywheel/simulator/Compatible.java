package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A lenient server that follows OpenAI's reference, as local model servers do: no reasoning, no rate-limit headers.
record Compatible() implements Dialect {

    private static final String INVALID = "invalid_request_error";

    @Override
    public String name() {
        return "compatible";
    }

    @Override
    public List<Model> models() {
        return List.of(Model.chatting("small-model", "simulator", 8_192, 4_096, false));
    }

    @Override
    public Optional<ProviderError> unserved(String model) {
        return Optional.empty();
    }

    @Override
    public Optional<ProviderError> refusal(Chat chat) {
        return chat.messages().isEmpty()
                ? Optional.of(ProviderError.error(400, INVALID, "messages", null, "messages must not be empty"))
                : Optional.empty();
    }

    @Override
    public boolean reasons(Chat chat) {
        return false;
    }

    @Override
    public int assumedCompletion(Answer answer) {
        return answer.completionTokens();
    }

    @Override
    public JsonNode completion(Answer answer, Stamp stamp) {
        var message = Json.object().put("role", "assistant");
        message.put("content", answer.call() == null ? String.join("", answer.text()) : null);
        if (answer.call() != null) {
            message.putArray("tool_calls").add(call(answer.call(), stamp));
        }
        var choice = Json.object().put("index", 0);
        choice.set("message", message);
        var root = root(stamp, "chat.completion", choice.put("finish_reason", answer.finish()));
        root.set("usage", Usage.plain(answer));
        return root;
    }

    @Override
    public List<Part> events(Chat chat, Answer answer, Stamp stamp) {
        var parts = new ArrayList<Part>();
        parts.add(
                Events.data(chunk(stamp, Json.object().put("role", "assistant").put("content", ""), null), false));
        for (var token : answer.text()) {
            parts.add(Events.data(chunk(stamp, Json.object().put("content", token), null), true));
        }
        if (answer.call() != null) {
            var delta = Json.object();
            delta.putArray("tool_calls").add(call(answer.call(), stamp).put("index", 0));
            parts.add(Events.data(chunk(stamp, delta, null), true));
        }
        parts.add(Events.data(chunk(stamp, Json.object(), answer.finish()), false));
        if (chat.includeUsage()) {
            var usage = chunk(stamp, Json.object(), null);
            usage.putArray("choices");
            usage.set("usage", Usage.plain(answer));
            parts.add(Events.data(usage, false));
        }
        return parts;
    }

    private static ObjectNode call(Answer.Call call, Stamp stamp) {
        var node = Json.object().put("id", "call_" + stamp.id()).put("type", "function");
        node.putObject("function").put("name", call.tool()).put("arguments", call.arguments());
        return node;
    }

    private static ObjectNode chunk(Stamp stamp, ObjectNode delta, @Nullable String finish) {
        var choice = Json.object().put("index", 0);
        choice.set("delta", delta);
        return root(stamp, "chat.completion.chunk", choice.put("finish_reason", finish));
    }

    private static ObjectNode root(Stamp stamp, String object, ObjectNode choice) {
        var root = Json.object()
                .put("id", "chatcmpl-" + stamp.id())
                .put("object", object)
                .put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model());
        root.putArray("choices").add(choice);
        return root;
    }

    @Override
    public JsonNode error(ProviderError error) {
        var root = Json.object();
        root.putObject("error")
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
        return root;
    }

    @Override
    public Part errorEvent(ProviderError error) {
        return Events.data(error(error), false);
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        return ProviderError.error(429, "requests", null, "rate_limit_exceeded", "Rate limit reached.");
    }

    @Override
    public ProviderError wrongKey() {
        return ProviderError.error(401, INVALID, null, "invalid_api_key", "Incorrect API key provided.");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.error(
                404, INVALID, "model", "model_not_found", "The model '" + model + "' does not exist.");
    }

    @Override
    public ProviderError contextExceeded(int current, int limit) {
        return ProviderError.error(
                400, INVALID, "messages", "context_length_exceeded", "The messages exceed the context length.");
    }

    @Override
    public ProviderError unsupported(String property) {
        return ProviderError.error(
                400, INVALID, property, "unknown_parameter", "Unknown parameter: '" + property + "'.");
    }

    @Override
    public ProviderError unknownPath(String method, String path) {
        return ProviderError.error(
                404, INVALID, null, "unknown_url", "Unknown request URL: " + method + " " + path + ".");
    }

    @Override
    public ProviderError wrongMethod() {
        return ProviderError.error(405, INVALID, null, "method_not_supported", "Method not allowed.");
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        return Map.of("x-request-id", "req_" + stamp.id());
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return Map.of();
    }

    @Override
    public String eventStream() {
        return "text/event-stream";
    }
}
