package io.keywheel.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.sdk.Capability;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.Framing;
import io.keywheel.adapters.llm.sdk.HttpCall;
import io.keywheel.adapters.llm.sdk.Refusal;
import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The format of an invented provider: JSON lines with text, reasoning, function calls or the end of the answer.
record LineFormat(Mutant mutant) implements Format {

    @Override
    public Set<Capability> capabilities() {
        return mutant.dropsFeatures()
                ? EnumSet.allOf(Capability.class)
                : EnumSet.complementOf(EnumSet.of(Capability.IMAGES, Capability.IMAGE_DETAIL));
    }

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        ModelId model = call.target().model();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("model", model.value())
                .put("stream", streamed)
                .put("sampling", call.sampling().toString())
                .put("extras", call.extras().toString())
                .put("tools", call.conversation().tools().toString())
                .put("choice", String.valueOf(call.conversation().toolChoice()));
        for (Message message : call.conversation().messages()) {
            json.withArray("messages")
                    .addObject()
                    .put("role", role(message.role()))
                    .put(
                            "content",
                            thoughts(message)
                                    + message.content().stream().map(this::text).collect(Collectors.joining()))
                    .put("calls", message.toolCalls().toString())
                    .put("answers", message.toolCallId())
                    .put("failed", message.toolFailed())
                    .put("extras", message.extras().toString());
        }
        JsonNode body = LineFaults.in(json, mutant);
        String[] segments = body.path("model").asText().split("/", -1);
        HttpCall post = mutant.is("escapes_the_model_id_in_the_request_target")
                ? HttpCall.post(body, "/talk/" + model)
                : HttpCall.post(body, "/talk" + "/{}".repeat(segments.length), segments);
        return authorized(post, key);
    }

    private String role(Role role) {
        Role sent = mutant.is("sends_a_developer_message_never_as_user") ? Role.USER : Role.SYSTEM;
        return (role == Role.DEVELOPER ? sent : role).name().toLowerCase(Locale.ROOT);
    }

    private String thoughts(Message message) {
        boolean loud = mutant.is("carries_reasoning_distinct_from_text_or_refuses_it");
        return loud && message.reasoning() != null ? message.reasoning().text() : "";
    }

    private String text(Part part) {
        return switch (part) {
            case Part.Text(var text, var _) -> text;
            case Part.Image _ -> "";
            case Part.Other(var fields) -> mutant.dropsFeatures() ? "" : fields.toString();
        };
    }

    private HttpCall authorized(HttpCall call, ApiKey key) {
        if (mutant.showsKeys()) {
            call.query("key", key.reveal());
        }
        return mutant.is("sends_no_key_to_a_keyless_provider")
                ? call.header("Authorization", "Bearer " + key.reveal())
                : call.bearer(key);
    }

    @Override
    public Framing framing() {
        return Framing.JSON_LINES;
    }

    @Override
    public Decoder decoder() {
        return line -> chunk(LineFaults.in(line, mutant));
    }

    private static Optional<Chunk> chunk(JsonNode line) {
        if (line.has("begin")) {
            return Optional.of(Chunk.NOTHING);
        }
        if (Stream.of("say", "think", "calls", "end").noneMatch(line::has)) {
            return Optional.empty();
        }
        List<Chunk.ToolCallPart> calls = line.path("calls")
                .valueStream()
                .map(call -> new Chunk.ToolCallPart(
                        call.path("index").asInt(),
                        call.path("id").textValue(),
                        call.path("name").textValue(),
                        call.path("arguments").asText()))
                .toList();
        String said = line.path("say").isArray()
                ? line.path("say").valueStream().map(JsonNode::asText).collect(Collectors.joining())
                : line.path("say").asText("");
        var delta = new Chunk.Delta(said, line.path("think").asText(""), calls, Extras.NONE);
        if (!line.has("end")) {
            return Optional.of(Chunk.of(delta));
        }
        long prompt = line.at("/usage/0").asLong();
        long completion = line.at("/usage/1").asLong();
        var usage = new TokenUsage(
                prompt,
                completion,
                prompt + completion,
                line.at("/usage/2").asLong(),
                line.at("/usage/3").asLong(),
                Extras.NONE);
        return Optional.of(Chunk.of(delta, FinishReason.valueOf(line.path("end").asText()), usage));
    }

    @Override
    public Failure refusal(Refusal refusal) {
        if (mutant.is("reads_the_status_of_a_refusal_in_another_format")
                && !refusal.body().has("error")) {
            return new Failure.Unavailable("it does not speak in lines", null);
        }
        return refusal.status() == 422 ? new Failure.Unsupported(refusal.upstreamError()) : refusal.byStatus();
    }

    @Override
    public RateLimitStatus rateLimitStatus(Headers headers) {
        String left = headers.get("X-Requests-Left");
        return left == null || mutant.ignoresLimits()
                ? RateLimitStatus.UNKNOWN
                : new RateLimitStatus(List.of(new RateLimitStatus.Bucket(
                        "requests",
                        null,
                        Long.parseLong(left),
                        RetryAfterParser.of(headers, "X-Requests-Reset", InstantSource.system()))));
    }

    @Override
    public HttpCall list(ApiKey key) {
        return authorized(HttpCall.get("/models"), key);
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return Format.ids(LineFaults.in(list, mutant).path("models"), "id");
    }
}
