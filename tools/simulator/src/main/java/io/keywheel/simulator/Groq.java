package io.keywheel.simulator;

import static io.keywheel.simulator.ProviderError.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Groq, as recorded from 2026-02 to 2026-09.
record Groq() implements Dialect {

    private static final List<Model> MODELS = List.of(
            Model.chatting("openai/gpt-oss-120b", "OpenAI", 131_072, 65_536, true),
            Model.chatting("openai/gpt-oss-20b", "OpenAI", 131_072, 65_536, true),
            Model.chatting("groq/compound", "Groq", 131_072, 8_192, false),
            Model.chatting("groq/compound-mini", "Groq", 131_072, 8_192, false),
            Model.chatting("qwen/qwen3.6-27b", "Alibaba Cloud", 131_072, 16_384, true),
            Model.chatting("allam-2-7b", "SDAIA", 4_096, 4_096, false),
            new Model("whisper-large-v3", "OpenAI", 448, 448, false, false));

    @Override
    public String name() {
        return "groq";
    }

    @Override
    public List<Model> models() {
        return MODELS;
    }

    @Override
    public Optional<ProviderError> unserved(String model) {
        var known = MODELS.stream().filter(each -> each.id().equals(model)).findFirst();
        if (known.isEmpty()) {
            return Optional.of(unknownModel(model));
        }
        return known.get().chats()
                ? Optional.empty()
                : Optional.of(invalid(null, "The model `" + model + "` does not support chat completions"));
    }

    @Override
    public Optional<ProviderError> refusal(Chat chat) {
        return new GroqRules(chat.body()).broken();
    }

    @Override
    public boolean reasons(Chat chat) {
        var body = chat.body();
        return MODELS.stream().anyMatch(model -> model.id().equals(chat.model()) && model.reasons())
                && body.path("include_reasoning").asBoolean(true)
                && !body.path("reasoning_format").asText().equals("hidden")
                && !body.path("reasoning_effort").asText().equals("none");
    }

    @Override
    public int assumedCompletion(Answers answers) {
        return answers.completionTokens();
    }

    @Override
    public JsonNode completion(Chat chat, Answers answers, Stamp stamp) {
        return GroqWire.completion(answers, stamp);
    }

    @Override
    public List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        return GroqWire.events(chat, answers, stamp);
    }

    @Override
    public JsonNode error(ProviderError error) {
        return GroqErrors.body(error);
    }

    @Override
    public Part errorEvent(ProviderError error) {
        var body = GroqErrors.body(error);
        ((ObjectNode) body.path("error")).put("status_code", error.status());
        return new Part("event: error\ndata: " + body + "\n\n", false);
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        return GroqErrors.rateLimited(refused, model, organisation).with(gauges(refused.gauges()));
    }

    @Override
    public ProviderError wrongKey() {
        return GroqErrors.WRONG_KEY;
    }

    @Override
    public ProviderError unknownModel(String model) {
        return GroqErrors.unknownModel(model);
    }

    @Override
    public ProviderError contextExceeded(int current, int limit) {
        return GroqErrors.CONTEXT_EXCEEDED;
    }

    @Override
    public ProviderError unsupported(String property) {
        return GroqErrors.unsupported(property);
    }

    @Override
    public ProviderError unknownPath(String method, String path) {
        return GroqErrors.unknownPath(method, path);
    }

    @Override
    public ProviderError wrongMethod() {
        return GroqErrors.WRONG_METHOD;
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("cache-control", "private, no-store");
        headers.put("vary", "Origin");
        headers.put("x-request-id", "req_" + stamp.id());
        headers.put("x-groq-region", "simulator");
        headers.put("cf-ray", stamp.id() + "-SIM");
        headers.put("server", "cloudflare");
        headers.put("via", "1.1 google");
        return headers;
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return GaugeHeaders.of(gauges, "requests", "tokens", GoDuration::of);
    }

    @Override
    public String eventStream() {
        return "text/event-stream";
    }
}
