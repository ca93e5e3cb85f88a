package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Cerebras, as recorded from 2025-11 to 2026-09.
record Cerebras() implements Dialect {

    /// What a request is taken to want when it does not say, as measured by a client in 2026-09.
    private static final int ASSUMED_COMPLETION = 16_384;

    private static final List<Model> MODELS = List.of(
            Model.chatting("gpt-oss-120b", "Cerebras", 131_072, 40_960, true),
            Model.chatting("qwen-3.8-27b", "Cerebras", 65_536, 32_768, true));

    @Override
    public String name() {
        return "cerebras";
    }

    @Override
    public List<Model> models() {
        return MODELS;
    }

    @Override
    public Optional<ProviderError> unserved(String model) {
        return MODELS.stream().anyMatch(each -> each.id().equals(model))
                ? Optional.empty()
                : Optional.of(unknownModel(model));
    }

    @Override
    public Optional<ProviderError> refusal(Chat chat) {
        return new CerebrasRules(chat).broken();
    }

    @Override
    public boolean reasons(Chat chat) {
        return !chat.body().path("reasoning_effort").asText().equals("none")
                && !chat.body().path("reasoning_format").asText().equals("hidden");
    }

    @Override
    public int assumedCompletion(Answers answers) {
        return ASSUMED_COMPLETION;
    }

    @Override
    public JsonNode completion(Chat chat, Answers answers, Stamp stamp) {
        return new CerebrasWire(chat, stamp).completion(answers);
    }

    @Override
    public List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        return new CerebrasWire(chat, stamp).events(answers);
    }

    @Override
    public JsonNode error(ProviderError error) {
        return CerebrasErrors.body(error);
    }

    @Override
    public Part errorEvent(ProviderError error) {
        var root = Json.object();
        root.set("error", CerebrasErrors.body(error));
        return Events.data(root.put("status_code", error.status()), false);
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        return CerebrasErrors.rateLimited(refused).with(gauges(refused.gauges()));
    }

    @Override
    public ProviderError wrongKey() {
        return CerebrasErrors.WRONG_KEY;
    }

    @Override
    public ProviderError unknownModel(String model) {
        return CerebrasErrors.unknownModel(model);
    }

    @Override
    public ProviderError contextExceeded(int current, int limit) {
        return CerebrasErrors.contextExceeded(current, limit);
    }

    @Override
    public ProviderError unsupported(String property) {
        return CerebrasErrors.unsupported(property, property);
    }

    @Override
    public ProviderError unknownPath(String method, String path) {
        return CerebrasErrors.UNKNOWN_PATH;
    }

    @Override
    public ProviderError wrongMethod() {
        return CerebrasErrors.WRONG_METHOD;
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("inference-id", "chatcmpl-" + stamp.id());
        headers.put("cf-ray", stamp.id() + "-SIM");
        headers.put("server", "cloudflare");
        return headers;
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return GaugeHeaders.of(
                gauges, "requests-day", "tokens-minute", reset -> Double.toString(Stamp.seconds(reset.toMillis())));
    }

    @Override
    public String eventStream() {
        return "text/event-stream; charset=utf-8";
    }
}
