package io.keywheel.simulator.wire;

import static io.keywheel.simulator.wire.ProviderError.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.quota.Quotas.Gauge;
import io.keywheel.simulator.quota.Quotas.Refused;
import io.keywheel.simulator.quota.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Groq, as recorded from 2026-02 to 2026-09: one token per delta, a tool call in one chunk, usage also under
/// `x_groq`.
public final class Groq extends Dialect {

    private static final Set<String> PROPERTIES = Set.of("""
            model messages stream stream_options max_completion_tokens max_tokens temperature top_p seed
            stop user n tools tool_choice parallel_tool_calls functions function_call response_format
            reasoning_effort reasoning_format include_reasoning service_tier frequency_penalty
            presence_penalty metadata store logprobs top_logprobs logit_bias search_settings
            compound_custom documents citation_options exclude_domains include_domains
            disable_tool_validation""".split("\\s+"));
    private static final MessageRules MESSAGES = new MessageRules(
            Set.of("system", "developer", "user", "assistant", "tool", "function"),
            Set.of(
                    "role",
                    "content",
                    "tool_calls",
                    "tool_call_id",
                    "reasoning",
                    "function_call",
                    "refusal",
                    "annotations"),
            "'messages' : minimum number of items is 1",
            "'messages.%1$d' : discriminator property 'role' has invalid value",
            "'messages.%1$d' : for 'role:%2$s' the following must be satisfied[('messages.%1$d' : property '%3$s' is"
                    + " unsupported)]");
    private static final List<String> TIERS = List.of("auto", "on_demand", "flex", "performance");
    private static final List<String> REASONING_FORMATS = List.of("hidden", "raw", "parsed");

    /// Some of the models listed in 2026.
    public Groq() {
        super(
                "groq",
                List.of(
                        new Model("openai/gpt-oss-120b", "OpenAI", 131_072, 65_536, true),
                        new Model("openai/gpt-oss-20b", "OpenAI", 131_072, 65_536, true),
                        new Model("groq/compound", "Groq", 131_072, 8_192, false),
                        new Model("groq/compound-mini", "Groq", 131_072, 8_192, false),
                        new Model("qwen/qwen3.8-27b", "Alibaba Cloud", 131_072, 131_072, true),
                        new Model("qwen/qwen3.6-27b", "Alibaba Cloud", 131_072, 16_384, true),
                        new Model("allam-2-7b", "SDAIA", 4_096, 4_096, false)),
                PROPERTIES,
                """
                KEY 401 invalid_request_error - invalid_api_key Invalid API Key
                LENGTH 400 invalid_request_error - context_length_exceeded \
                Please reduce the length of the messages or completion.
                PROPERTY 400 invalid_request_error - - property '%s' is unsupported
                VALUE 400 invalid_request_error - - %s
                PATH 404 invalid_request_error - unknown_url \
                Unknown request URL: %s %s. Please check the URL for typos.
                METHOD 405 invalid_request_error - - Method not allowed
                MODEL 404 invalid_request_error model model_not_found \
                The model `%s` does not exist or you do not have access to it.
                """);
    }

    @Override
    Optional<String> violation(Chat chat) {
        return values(chat).or(() -> MESSAGES.violation(chat.messages()));
    }

    private Optional<String> values(Chat chat) {
        JsonNode body = chat.body();
        // Documented as a 400; the message was not recorded.
        for (var name : Set.of("logprobs", "top_logprobs", "logit_bias")) {
            if (body.hasNonNull(name) && !body.path(name).equals(BooleanNode.FALSE)) {
                return Optional.of("`" + name + "` is not supported with this model");
            }
        }
        boolean reasons = model(chat.model()).filter(Model::reasons).isPresent();
        List<String> efforts = switch (chat.model()) {
            case "qwen/qwen3.6-27b" -> List.of("none", "default");
            case "qwen/qwen3.8-27b" -> List.of("none", "low", "medium", "high");
            default -> List.of("low", "medium", "high");
        };
        boolean json = body.path("response_format").path("type").asText().startsWith("json");
        var broken = new LinkedHashMap<String, Boolean>();
        broken.put("'n' : number must be at most 1", chat.choices() != 1);
        broken.put("'temperature' : number must be between 0 and 2", !isWithin(body.path("temperature"), 0, 2));
        broken.put("'tools' : maximum number of items is 128", chat.tools().size() > 128);
        broken.put(
                "`max_completion_tokens` must be less than or equal to the longest answer of the model",
                wantsTooLong(chat));
        broken.put(
                "'service_tier' : value must be one of " + TIERS,
                !TIERS.contains(body.path("service_tier").asText("auto")));
        broken.put("json mode cannot be combined with tool/function calling", json && body.hasNonNull("tools"));
        broken.put(
                "`reasoning_effort` is not supported with this model", !reasons && body.hasNonNull("reasoning_effort"));
        broken.put(
                "`reasoning_effort` must be one of " + efforts,
                !efforts.contains(body.path("reasoning_effort").asText(efforts.getFirst())));
        broken.put(
                "`reasoning_format` must be one of " + REASONING_FORMATS,
                !REASONING_FORMATS.contains(body.path("reasoning_format").asText("raw")));
        broken.put(
                "'stop' : maximum number of items is " + MOST_STOPS,
                body.path("stop").size() > MOST_STOPS);
        broken.put(
                "`reasoning_format` and `include_reasoning` are mutually exclusive",
                body.hasNonNull("reasoning_format") && body.hasNonNull("include_reasoning"));
        return first(broken);
    }

    @Override
    boolean reasons(Chat chat) {
        JsonNode body = chat.body();
        return model(chat.model()).filter(Model::reasons).isPresent()
                && body.path("include_reasoning").asBoolean(true)
                && !body.path("reasoning_format").asText().equals("hidden")
                && !body.path("reasoning_effort").asText().equals("none");
    }

    /// Documented at `console.groq.com/docs/prompt-caching`, 2026-11.
    @Override
    public boolean caches(String model) {
        return model.startsWith("openai/gpt-oss");
    }

    /// Same source: cached tokens do not count; they are subtracted after processing.
    @Override
    public boolean countsCached() {
        return false;
    }

    @Override
    ObjectNode entry(Model model) {
        return super.entry(model)
                .put("active", true)
                .put("context_window", model.context())
                .put("max_completion_tokens", model.output());
    }

    @Override
    public Map<String, String> headers(Stamp stamp) {
        return Map.of(
                "cache-control", "private, no-store",
                "vary", "Origin",
                "x-request-id", "req_" + stamp.id(),
                "x-groq-region", "simulator",
                "cf-ray", stamp.id() + "-SIM",
                "server", "cloudflare",
                "via", "1.1 google");
    }

    @Override
    public Map<String, String> gauges(List<Gauge> gauges) {
        return gauges(gauges, "requests", "tokens", Groq::written);
    }

    /// Go's format of durations: `825ms`, `2s`, `1m26.4s`.
    private static String written(Duration duration) {
        if (duration.isPositive() && duration.toMillis() < 1000) {
            return duration.toMillis() + "ms";
        }
        var hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
        var minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
        var seconds = BigDecimal.valueOf(duration.toMillis() % 60_000, 3).stripTrailingZeros();
        return hours + minutes + seconds.toPlainString() + "s";
    }

    @Override
    void content(ObjectNode message, Answer answer) {
        // The content is absent beside a tool call, and empty in an empty answer.
        if (answer.calls().isEmpty()) {
            super.content(message, answer);
        }
    }

    @Override
    void decorate(ObjectNode choice, Chat chat, List<String> tokens) {
        choice.putNull("logprobs");
    }

    @Override
    ObjectNode reasoning(String piece) {
        return super.reasoning(piece).put("channel", "analysis");
    }

    @Override
    String callId(Stamp stamp, int index) {
        return "fc_" + stamp.id() + (index == 0 ? "" : "_" + index);
    }

    @Override
    ObjectNode root(Chat chat, Stamp stamp, String object, ArrayNode choices) {
        return super.root(chat, stamp, object, choices).put("system_fingerprint", "fp_simulator");
    }

    @Override
    void end(ObjectNode root, Answers answers, Stamp stamp) {
        root.set("usage", usage(answers));
        root.putNull("usage_breakdown").put("service_tier", "on_demand");
        root.set("x_groq", mark(stamp).put("seed", 7));
    }

    private static ObjectNode mark(Stamp stamp) {
        return Json.object().put("id", "req_" + stamp.id());
    }

    @Override
    List<Chunk> lastChunks(Chat chat, List<Chunk> chunks, Answers answers, Stamp stamp) {
        chunks.getFirst().json().set("x_groq", mark(stamp).put("seed", 7));
        chunks.getLast().json().set("x_groq", mark(stamp).set("usage", usage(answers)));
        chunks.getLast().json().set("usage", usage(answers));
        return chat.includeUsage() ? List.of(usageChunk(chat, answers, stamp)) : List.of();
    }

    @Override
    ObjectNode usage(Answers answers) {
        long prompt = answers.promptTokens();
        long completion = 2L * answers.completionTokens();
        ObjectNode usage = super.usage(answers)
                .put("queue_time", 0.005)
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_time", Stamp.seconds(completion))
                .put("total_time", Stamp.seconds(prompt + completion));
        if (answers.cachedTokens() > 0) {
            usage.putObject("prompt_tokens_details").put("cached_tokens", answers.cachedTokens());
        }
        return usage;
    }

    @Override
    public ObjectNode error(ProviderError error) {
        var root = super.error(error);
        var inner = (ObjectNode) root.path("error");
        inner.remove("param");
        if (error.type().isEmpty()) {
            inner.remove("type");
        }
        if (error.code() == null) {
            inner.remove("code");
        } else if (error.code().equals("tool_use_failed")) {
            inner.put("failed_generation", "<function=f>{\"a\": }</function>");
        }
        return root;
    }

    @Override
    public Part errorEvent(ProviderError error) {
        ObjectNode body = error(error);
        ((ObjectNode) body.path("error")).put("status_code", error.status());
        return new Part("event: error\ndata: " + body + "\n\n", false);
    }

    @Override
    public ProviderError rateLimited(Refused refused, String model, String organisation) {
        Window window = refused.window();
        String kind = (refused.never() ? "413 " : "429 ") + (window.requests ? "requests" : "tokens")
                + " - rate_limit_exceeded";
        String where = " for model `" + model + "` in organization `" + organisation + "` service tier `on_demand` on "
                + window.words + " (" + window + "): Limit " + refused.limit() + ", ";
        if (refused.never()) {
            String message = "Request too large" + where + "Requested " + refused.requested()
                    + ", please reduce your message size and try again.";
            return row(kind, message).with(gauges(refused.gauges()));
        }
        String message = "Rate limit reached" + where + "Used " + refused.used() + ", Requested "
                + refused.requested() + ". Please try again in " + written(refused.retryIn())
                + ". Need more tokens? Upgrade to Dev Tier today.";
        String seconds = Long.toString((refused.retryIn().toMillis() + 999) / 1000);
        return row(kind, message).with(Map.of("retry-after", seconds)).with(gauges(refused.gauges()));
    }
}
