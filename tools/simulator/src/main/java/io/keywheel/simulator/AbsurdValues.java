package io.keywheel.simulator;

import io.keywheel.simulator.Step.Framing;
import io.keywheel.simulator.Step.Head;
import io.keywheel.simulator.Step.Many;
import io.keywheel.simulator.Step.Stop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The answers that are [AbsurdValue]s.
record AbsurdValues(RequestHandler handler, ProviderRequest asked) {

    private static final String MOST = Long.toString(Long.MAX_VALUE);
    private static final String LEAST = Long.toString(Long.MIN_VALUE);
    private static final String MEBIBYTE = "x".repeat(1 << 20);
    private static final String HEADER_VALUE = "x".repeat(1000);
    private static final int CHUNKS = 100;
    private static final int CHOICES = 1_000_000;
    private static final int HEADERS = 65_536;

    List<Step> reply(AbsurdValue value, List<Step> normal) {
        return switch (value) {
            case HUGE_REQUEST -> refused("Limit 8000, Used 0, Requested 99999999", Map.of());
            case ENDLESS_RETRY_AFTER -> refused("Limit 30, Used 30, Requested 1", Map.of("retry-after", MOST));
            case NEGATIVE_RETRY_AFTER -> refused("Limit 30, Used 30, Requested 1", Map.of("retry-after", "-1"));
            case ENDLESS_RESET -> measured(normal, "8000", "0", MOST);
            case HUGE_LIMITS -> measured(normal, MOST, MOST, "1");
            case SMALL_LIMITS -> measured(normal, "8000", "8000", "0.75");
            case ZERO_LIMITS -> measured(normal, "0", "0", "0");
            case NEGATIVE_LIMITS -> measured(normal, "-1", LEAST, "-1");
            case NAN_LIMITS -> measured(normal, "NaN", "NaN", "NaN");
            case HUGE_CHUNKS -> chunks(normal);
            case ENDLESS_CHOICES -> choices();
            case ENDLESS_HEADERS -> headers();
            case KEY_AS_MODEL ->
                asked.isChat() ? normal : ModelList.with(asked, asked.request().bearer());
        };
    }

    private List<Step> refused(String quantities, Map<String, String> headers) {
        var message = "Rate limit reached for model `" + asked.stamp().model() + "` on tokens per minute (TPM): "
                + quantities + ". Please try again in 750ms.";
        return handler.error(
                asked,
                ProviderError.error(429, "tokens", null, "rate_limit_exceeded", message)
                        .with(headers));
    }

    /// The normal answer with headers by the names of each provider.
    private static List<Step> measured(List<Step> normal, String limit, String remaining, String seconds) {
        var values = new LinkedHashMap<String, String>();
        for (String what : List.of("requests", "tokens", "requests-day", "tokens-minute")) {
            values.put("x-ratelimit-limit-" + what, limit);
            values.put("x-ratelimit-remaining-" + what, remaining);
            // Groq writes a unit, Cerebras none.
            values.put("x-ratelimit-reset-" + what, what.contains("-") ? seconds : seconds + "s");
        }
        var steps = new ArrayList<>(normal);
        steps.replaceAll(step -> step instanceof Head head ? with(head, values) : step);
        return steps;
    }

    private static Head with(Head head, Map<String, String> more) {
        var all = new LinkedHashMap<>(head.headers());
        all.putAll(more);
        return new Head(head.status(), all, head.framing());
    }

    private List<Step> chunks(List<Step> normal) {
        if (!Edit.streams(normal)) {
            return whole("{\"object\":\"", CHUNKS, _ -> MEBIBYTE, "\"}");
        }
        int content = Edit.upTo(normal, Moment.BEFORE_CONTENT).size();
        var steps = new ArrayList<>(normal);
        steps.add(content, new Many(CHUNKS, _ -> event("{\"choices\":[],\"padding\":\"" + MEBIBYTE + "\"}")));
        return steps;
    }

    private List<Step> choices() {
        if (!asked.chat().stream()) {
            return whole("{\"choices\":[{}", CHOICES, i -> ",{\"index\":" + (i + 1) + "}", "]}");
        }
        return List.of(
                head(asked.dialect().eventStream()),
                new Many(CHOICES, i -> event("{\"choices\":[{\"index\":" + (i + 1) + ",\"delta\":{}}]}")),
                Events.DONE,
                Stop.END);
    }

    private static List<Step> headers() {
        return List.of(
                new Many(HEADERS, i -> i == 0 ? "HTTP/1.1 200 OK\r\n" : "x-more-" + i + ": " + HEADER_VALUE + "\r\n"),
                Stop.CUT);
    }

    private static String event(String json) {
        return "data: " + json + "\n\n";
    }

    private List<Step> whole(String before, int count, IntFunction<String> piece, String after) {
        return List.of(
                head("application/json"),
                new Step.Part(before, false),
                new Many(count, piece),
                new Step.Part(after, false),
                Stop.END);
    }

    private Head head(String type) {
        var all = new LinkedHashMap<>(Map.of("content-type", type));
        all.putAll(asked.dialect().headers(asked.stamp()));
        return new Head(200, all, Framing.CHUNKED);
    }
}
