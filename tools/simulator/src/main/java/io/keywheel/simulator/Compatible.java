package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A lenient server that follows OpenAI's reference, as local model servers do: no rate-limit headers.
record Compatible() implements Dialect {

    private static final String THINKING_MODEL = "thinking-model";
    private static final int MOST_CHOICES = 128;
    private static final String INVALID = "invalid_request_error";

    @Override
    public String name() {
        return "compatible";
    }

    @Override
    public List<Model> models() {
        return List.of(
                Model.chatting("small-model", "simulator", 8_192, 4_096, false),
                Model.chatting(THINKING_MODEL, "simulator", 8_192, 4_096, true));
    }

    @Override
    public Optional<ProviderError> unserved(String model) {
        return Optional.empty();
    }

    @Override
    public Optional<ProviderError> refusal(Chat chat) {
        if (chat.messages().isEmpty()) {
            return Optional.of(ProviderError.error(400, INVALID, "messages", null, "messages must not be empty"));
        }
        return chat.choices() < 1 || chat.choices() > MOST_CHOICES
                ? Optional.of(ProviderError.error(400, INVALID, "n", null, "n must be from 1 to " + MOST_CHOICES))
                : Optional.empty();
    }

    @Override
    public boolean reasons(Chat chat) {
        return chat.model().equals(THINKING_MODEL);
    }

    @Override
    public int assumedCompletion(Answers answers) {
        return answers.completionTokens();
    }

    @Override
    public JsonNode completion(Chat chat, Answers answers, Stamp stamp) {
        return new CompatibleWire(chat, stamp).completion(answers);
    }

    @Override
    public List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        return new CompatibleWire(chat, stamp).events(answers);
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
