package io.keywheel.simulator.wire;

import static io.keywheel.simulator.wire.ProviderError.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.quota.Quotas.Gauge;
import io.keywheel.simulator.quota.Quotas.Refused;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cerebras, as recorded from 2025-11 to 2026-09: several tokens per delta, fragmented tool arguments, usage on
/// the last chunk, flat errors. Its 401, 405 and unknown path were not recorded.
public final class Cerebras extends Dialect {

    /// The most tokens that are reserved for an answer, also if the request has no limit; measured by a client
    /// in 2026-09.
    private static final int MOST_RESERVED = 16_384;

    private static final Set<String> PROPERTIES = Set.of("""
            model messages stream stream_options max_completion_tokens max_tokens temperature top_p seed
            stop user n tools tool_choice parallel_tool_calls response_format reasoning_effort
            reasoning_format service_tier frequency_penalty presence_penalty logprobs top_logprobs
            logit_bias prompt_cache_key metadata""".split("\\s+"));
    private static final MessageRules MESSAGES = new MessageRules(
            Set.of("system", "developer", "user", "assistant", "tool"),
            Set.of("role", "content", "name", "tool_calls", "tool_call_id", "reasoning", "refusal"),
            "messages: at least one message is required",
            "messages.%1$d.role: unknown role '%2$s'",
            "messages.%1$d.%2$s.%3$s: property 'messages.%1$d.%2$s.%3$s' is unsupported");
    private static final List<String> TIERS = List.of("auto", "default", "flex", "priority");
    private static final List<String> REASONING_FORMATS = List.of("none", "parsed", "text_parsed", "raw", "hidden");

    /// Two of the models listed in 2026.
    public Cerebras() {
        super(
                "cerebras",
                List.of(
                        new Model("gpt-oss-120b", "Cerebras", 131_072, 40_960, true),
                        new Model("qwen-3.8-27b", "Cerebras", 65_536, 32_768, true)),
                PROPERTIES,
                """
                KEY 401 invalid_request_error api_key wrong_api_key Wrong API Key
                LENGTH 400 invalid_request_error messages context_length_exceeded \
                Please reduce the length of the messages or completion. Current length is %s while limit is %s
                PROPERTY 400 invalid_request_error validation_error wrong_api_format \
                %1$s: property '%1$s' is unsupported
                VALUE 400 invalid_request_error validation_error wrong_api_format %s
                PATH 404 not_found_error - not_found Not Found
                METHOD 405 invalid_request_error - method_not_allowed Method Not Allowed
                MODEL 404 not_found_error model model_not_found \
                Model %s does not exist or you do not have access to it.
                """);
    }

    @Override
    Optional<String> violation(Chat chat) {
        return values(chat).or(() -> MESSAGES.violation(chat.messages())).or(() -> toolMessages(chat));
    }

    private Optional<String> values(Chat chat) {
        JsonNode body = chat.body();
        var efforts = chat.model().startsWith("gpt-oss")
                ? Set.of("low", "medium", "high")
                : Set.of("none", "low", "medium", "high");
        String effort = body.path("reasoning_effort").asText("low");
        var broken = new LinkedHashMap<String, Boolean>();
        broken.put(
                "max_tokens and max_completion_tokens cannot both be set",
                body.hasNonNull("max_tokens") && body.hasNonNull("max_completion_tokens"));
        broken.put("max_completion_tokens: must not exceed the longest answer of the model", wantsTooLong(chat));
        broken.put(
                "tool_choice: tool_choice requires tools",
                body.hasNonNull("tool_choice") && chat.tools().isEmpty());
        broken.put("n: must be from 1 to " + MOST_CHOICES, chat.choices() < 1 || chat.choices() > MOST_CHOICES);
        broken.put(
                "service_tier: must be one of " + TIERS,
                !TIERS.contains(body.path("service_tier").asText("auto")));
        broken.put(
                "reasoning_format: must be one of " + REASONING_FORMATS,
                !REASONING_FORMATS.contains(body.path("reasoning_format").asText("none")));
        broken.put(
                "stop: must have at most " + MOST_STOPS + " items",
                body.path("stop").size() > MOST_STOPS);
        broken.put("temperature: must be between 0 and 2", !isWithin(body.path("temperature"), 0, 2));
        broken.put("reasoning_effort: '" + effort + "' is not supported by this model", !efforts.contains(effort));
        return first(broken);
    }

    /// Checks that each tool call is answered by one tool message right after it, and that no other tool
    /// messages exist.
    private static Optional<String> toolMessages(Chat chat) {
        var awaited = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (JsonNode message : chat.messages()) {
            if (message.path("role").asText().equals("tool")) {
                if (!awaited.remove(message.path("tool_call_id").asText())) {
                    return Optional.of("messages: a tool message answers no tool call");
                }
            } else if (!awaited.isEmpty()) {
                return Optional.of("messages: a tool call is not followed by its tool message");
            }
            for (JsonNode call : message.path("tool_calls")) {
                if (!seen.add(call.path("id").asText())) {
                    return Optional.of("messages: a tool call id is used twice");
                }
                awaited.add(call.path("id").asText());
            }
        }
        return awaited.isEmpty()
                ? Optional.empty()
                : Optional.of("messages: a tool call is not followed by its tool message");
    }

    @Override
    boolean reasons(Chat chat) {
        return !chat.body().path("reasoning_effort").asText().equals("none")
                && !chat.body().path("reasoning_format").asText().equals("hidden");
    }

    @Override
    public boolean caches(String model) {
        return true;
    }

    @Override
    public int reservedCompletion(Chat chat, Answers answers) {
        return Math.min(chat.maxTokens().orElse(MOST_RESERVED), MOST_RESERVED);
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        return Map.of("inference-id", "chatcmpl-" + stamp.id(), "cf-ray", stamp.id() + "-SIM", "server", "cloudflare");
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return gauges(
                gauges, "requests-day", "tokens-minute", reset -> Double.toString(Stamp.seconds(reset.toMillis())));
    }

    @Override
    public String eventStream() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    void content(ObjectNode message, Answer answer) {
        // Without text, the property is absent, not empty.
        if (!answer.text().isEmpty()) {
            super.content(message, answer);
        }
    }

    @Override
    void finish(ObjectNode choice, @Nullable String finish) {
        // Before the end, the property is absent, not null.
        if (finish != null) {
            super.finish(choice, finish);
        }
    }

    @Override
    int tokensPerDelta() {
        return 3;
    }

    @Override
    ObjectNode firstDelta() {
        return Json.object().put("role", "assistant");
    }

    @Override
    List<ObjectNode> callPieces(Answer.Call call, String id) {
        var pieces = new ArrayList<ObjectNode>();
        pieces.add(call(id, call.tool(), ""));
        for (String fragment : Tokens.of(call.arguments())) {
            var piece = Json.object().put("type", "function");
            piece.putObject("function").put("arguments", fragment);
            pieces.add(piece);
        }
        return pieces;
    }

    @Override
    String callId(Stamp stamp, int index) {
        // Nine characters, different in each choice.
        return ((index == 0 ? "" : Integer.toString(index)) + stamp.id()).substring(0, 9);
    }

    @Override
    ObjectNode root(Chat chat, Stamp stamp, String object, ArrayNode choices) {
        ObjectNode root = super.root(chat, stamp, object, choices).put("system_fingerprint", "fp_simulator");
        if (chat.body().hasNonNull("service_tier")) {
            root.set("service_tier", chat.body().path("service_tier"));
        }
        return root;
    }

    @Override
    void end(ObjectNode root, Answers answers, Stamp stamp) {
        super.end(root, answers, stamp);
        long prompt = answers.promptTokens();
        long completion = answers.completionTokens();
        root.putObject("time_info")
                .put("queue_time", 0.004)
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_time", Stamp.seconds(completion))
                .put("total_time", Stamp.seconds(4 + prompt + completion))
                .put("created", BigDecimal.valueOf(stamp.at().toEpochMilli(), 3));
    }

    @Override
    List<Chunk> lastChunks(Chat chat, List<Chunk> chunks, Answers answers, Stamp stamp) {
        end(chunks.getLast().json(), answers, stamp);
        return List.of();
    }

    @Override
    ObjectNode usage(Answers answers) {
        ObjectNode usage = super.usage(answers);
        usage.putObject("completion_tokens_details")
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0)
                .put("reasoning_tokens", answers.reasoningTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", answers.cachedTokens());
        return usage;
    }

    @Override
    public ObjectNode error(ProviderError error) {
        return flat(error);
    }

    @Override
    public Part errorEvent(ProviderError error) {
        var root = Json.object();
        root.set("error", error(error));
        return Json.event(root.put("status_code", error.status()), false);
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        String words = refused.window().words;
        // Capitalized, as in "Tokens per minute".
        String window = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        ProviderError error = refused.window().requests
                ? row(
                        "429 too_many_requests_error quota request_quota_exceeded",
                        window + " limit exceeded - too many requests sent.")
                : row(
                        "429 too_many_tokens_error quota token_quota_exceeded",
                        window + " limit exceeded - too many tokens processed.");
        return error.with(gauges(refused.gauges()));
    }
}
