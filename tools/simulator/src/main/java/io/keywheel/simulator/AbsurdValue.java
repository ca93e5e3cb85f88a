package io.keywheel.simulator;

import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Many;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Stop;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.Model;
import io.keywheel.simulator.wire.ProviderError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Answers with extreme quantities. None of them may affect other keys or clients of a gateway.
public enum AbsurdValue implements Fault {
    HUGE_REQUEST(asked -> refused(asked, "Limit 8000, Used 0, Requested 99999999", Map.of())),
    ENDLESS_RETRY_AFTER(
            asked -> refused(asked, "Limit 30, Used 30, Requested 1", Map.of("retry-after", "9223372036854775807"))),
    NEGATIVE_RETRY_AFTER(asked -> refused(asked, "Limit 30, Used 30, Requested 1", Map.of("retry-after", "-1"))),
    /// The answer, with rate-limit headers that report nothing left for 2^63-1 seconds.
    ENDLESS_RESET(asked -> measured(asked, "8000", "0", "9223372036854775807")),
    HUGE_LIMITS(asked -> measured(asked, "9223372036854775807", "9223372036854775807", "1")),
    /// The answer, with rate-limit headers of 8000 that reset within 750 ms, regardless of the tokens
    /// requested.
    SMALL_LIMITS(asked -> measured(asked, "8000", "8000", "0.75")),
    ZERO_LIMITS(asked -> measured(asked, "0", "0", "0")),
    NEGATIVE_LIMITS(asked -> measured(asked, "-1", "-9223372036854775808", "-1")),
    NAN_LIMITS(asked -> measured(asked, "NaN", "NaN", "NaN")),
    /// 100 chunks of 1 MiB without content, then the answer; without streaming, 100 MiB of JSON.
    HUGE_CHUNKS(asked -> chunks(asked, asked.normal())),
    /// A million choices without content.
    ENDLESS_CHOICES(AbsurdValue::choices),
    /// 64 MiB of header lines.
    ENDLESS_HEADERS(_ -> headers()),
    /// A model list that contains the request's key as a model. Chats are answered normally.
    KEY_AS_MODEL(AbsurdValue::keyAsModel);

    private static final String MEBIBYTE = "x".repeat(1 << 20);
    private static final String HEADER_VALUE = "x".repeat(1000);
    private static final int CHUNKS = 100;
    private static final int CHOICES = 1_000_000;
    private static final int HEADERS = 65_536;

    private final Function<ProviderRequest, List<Step>> reply;

    AbsurdValue(Function<ProviderRequest, List<Step>> reply) {
        this.reply = reply;
    }

    List<Step> reply(ProviderRequest asked) {
        return reply.apply(asked);
    }

    private static List<Step> headers() {
        var all = new Many(HEADERS, i -> i == 0 ? "HTTP/1.1 200 OK\r\n" : "x-more-" + i + ": " + HEADER_VALUE + "\r\n");
        return List.of(all, Stop.CUT);
    }

    private static List<Step> keyAsModel(ProviderRequest asked) {
        return asked.isChat()
                ? asked.normal()
                : asked.models(List.of(new Model(asked.exchange().bearer(), "simulator", 8_192, 4_096, false)));
    }

    private static List<Step> refused(ProviderRequest asked, String quantities, Map<String, String> headers) {
        var message = "Rate limit reached for model `" + asked.stamp().model() + "` on tokens per minute (TPM): "
                + quantities + ". Please try again in 750ms.";
        return asked.error(
                ProviderError.row("429 tokens - rate_limit_exceeded", message).with(headers));
    }

    /// The normal answer, with rate-limit headers under both providers' names.
    private static List<Step> measured(ProviderRequest asked, String limit, String remaining, String seconds) {
        var values = new LinkedHashMap<String, String>();
        for (String what : List.of("requests", "tokens", "requests-day", "tokens-minute")) {
            values.put("x-ratelimit-limit-" + what, limit);
            values.put("x-ratelimit-remaining-" + what, remaining);
            // Groq's resets have a unit, Cerebras' do not.
            values.put("x-ratelimit-reset-" + what, what.contains("-") ? seconds : seconds + "s");
        }
        return FaultyAnswer.withHead(
                asked.normal(), head -> new Head(head.status(), Reply.merged(head.headers(), values), head.chunked()));
    }

    private static List<Step> chunks(ProviderRequest asked, List<Step> normal) {
        if (!FaultyAnswer.streams(normal)) {
            return whole(asked, "{\"object\":\"", new Many(CHUNKS, _ -> MEBIBYTE), "\"}");
        }
        int content = FaultyAnswer.upTo(normal, Moment.BEFORE_CONTENT).size();
        return FaultyAnswer.with(
                normal, content, new Many(CHUNKS, _ -> "data: {\"choices\":[],\"padding\":\"" + MEBIBYTE + "\"}\n\n"));
    }

    private static List<Step> choices(ProviderRequest asked) {
        if (!asked.streams()) {
            var choices = new Many(CHOICES, i -> ",{\"index\":" + (i + 1) + "}");
            return whole(asked, "{\"choices\":[{}", choices, "]}");
        }
        return List.of(
                head(asked, asked.dialect().eventStream()),
                new Many(CHOICES, i -> "data: {\"choices\":[{\"index\":" + (i + 1) + ",\"delta\":{}}]}\n\n"),
                Json.DONE,
                Stop.END);
    }

    private static List<Step> whole(ProviderRequest asked, String before, Many pieces, String after) {
        return List.of(
                head(asked, "application/json"), new Part(before, false), pieces, new Part(after, false), Stop.END);
    }

    private static Head head(ProviderRequest asked, String type) {
        var headers = Reply.merged(Map.of("content-type", type), asked.dialect().headers(asked.stamp()));
        return new Head(200, headers, true);
    }
}
