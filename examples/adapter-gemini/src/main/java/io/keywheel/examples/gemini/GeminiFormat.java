package io.keywheel.examples.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Capability;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.HttpCall;
import io.keywheel.adapters.llm.sdk.Refusal;
import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The key is in a header of its own, the model in the path, and the delay of a limit in the body.
final class GeminiFormat implements Format {

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> more = EnumSet.of(Capability.IMAGES, Capability.TOOLS, Capability.TOOL_CHOICE);
        more.addAll(Format.super.capabilities());
        return more;
    }

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        String path = "/models/{}:" + (streamed ? "streamGenerateContent" : "generateContent");
        var chat = HttpCall.post(
                GeminiRequest.of(call), path, call.target().model().value());
        return (streamed ? chat.query("alt", "sse") : chat).header("x-goog-api-key", key.reveal());
    }

    @Override
    public Decoder decoder() {
        return new GeminiDecoder();
    }

    @Override
    public Failure refusal(Refusal refusal) {
        JsonNode details = refusal.body().path("error").path("details");
        if (details.findValuesAsText("reason").contains("API_KEY_INVALID")) {
            return new Failure.KeyRefused(refusal.message());
        }
        String delay = details.findPath("retryDelay").asText();
        return (delay.isEmpty() ? refusal : refusal.retryAfter(RetryAfterParser.parse(delay))).byStatus();
    }

    @Override
    public HttpCall list(ApiKey key) {
        return HttpCall.get("/models").query("pageSize", "1000").header("x-goog-api-key", key.reveal());
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return Format.ids(list.path("models"), "name").stream()
                .map(model -> new ModelId(model.value().replaceFirst("^models/(?=.)", "")))
                .toList();
    }
}
