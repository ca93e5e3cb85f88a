package io.keywheel.adapters.llm.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.EventReader;
import io.keywheel.adapters.llm.sdk.Framing;
import io.keywheel.adapters.llm.sdk.Protocol;
import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.adapters.llm.transport.AnswerMemory;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.failover.Failure;
import io.keywheel.fuzz.Fuzz;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random provider bytes give a value or a failure. [Fuzz] sets the length of a run.
class RandomBytesTest {

    private static final Headers NO_HEADERS = Headers.NONE;
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(31);

    private static final List<String> STREAMS = List.of(
            stream(RecordedAnswers.GROQ_STREAM),
            stream(RecordedAnswers.CEREBRAS_STREAM),
            """
            : ping

            data: {"choices":[{"index":0,
            data: "delta":{"content":"é😀"}}]}

            event: error
            data: {"error":{"message":"no"}}

            """.replace("\n", "\r\n"),
            "event: error\ndata: {\"error\":{\"message\":\"no\",\"code\":\"x\",\"status_code\":503}}\n\n",
            "event: error\ndata: {\"message\":\"no\",\"type\":\"t\",\"param\":\"quota\",\"code\":\"c\"}\n\n");

    private static final List<String> ANSWERS = List.of(
            RecordedAnswers.GROQ_ANSWER,
            RecordedAnswers.CEREBRAS_ANSWER,
            "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"tool_calls\":[{\"id\":\"1\","
                    + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}");

    private static final List<String> ERRORS = List.of(
            "{\"error\":{\"message\":\"Rate limit reached for model `m` in organization `org_1` service tier `on_demand` on"
                    + " requests per minute (RPM): Limit 30, Used 31, Requested 1. Please try again in 2m59.56s.\","
                    + "\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
            "{\"message\":\"Tokens per day limit exceeded\",\"type\":\"too_many_tokens_error\",\"param\":\"quota\","
                    + "\"code\":\"token_quota_exceeded\"}",
            "{\"error\":\"just words\"}",
            "{\"x_groq\":{\"error\":{\"message\":\"a\",\"status_code\":498}}}",
            "<html><title>502 Bad gateway</title></html>",
            "upstream connect error");

    private static final List<String> HEADERS = List.of(
            "x-ratelimit-limit-requests: 14400\nx-ratelimit-remaining-requests: 14370\n"
                    + "x-ratelimit-reset-requests: 2m59.56s\nretry-after: 3",
            "x-ratelimit-remaining-tokens-minute: 7000\nx-ratelimit-limit-tokens-minute: 8000\n"
                    + "x-ratelimit-reset-tokens-minute: 33011.382867097855\nRetry-After: Wed, 25 Nov 2026 12:00:07 GMT",
            "X-RateLimit-Remaining-Tokens: 0\nx-ratelimit-reset-tokens: 825ms\nretry-after: 1.5");

    private static final int[] STATUSES = {400, 401, 403, 404, 413, 429, 498, 500, 503, 307};

    private final OpenAiProtocol protocol =
            new OpenAiProtocol(TestCalls.settings("http://127.0.0.1:1"), Dialect.OPENAI, new SecretRedactor(List.of()));
    private final FailureReader failures =
            new FailureReader(new SecretRedactor(List.of(new ApiKey(TestCalls.CANARY, "c0ffee01"))));

    @Test
    void random_stream_event_is_a_chunk_or_a_failure() {
        Fuzz.run(STREAMS, bytes -> {
            Protocol.Reader reader = protocol.reader(NO_HEADERS);
            var events = new EventReader(Framing.SERVER_SENT_EVENTS, new AnswerMemory().share());
            events.add(bytes);
            try {
                for (EventReader.Event event = events.next(); event != null; event = events.next()) {
                    assertNotNull(reader.next(event));
                }
            } catch (FailureException e) {
                assertNotNull(e.failure());
            } catch (TransportException e) {
                assertTrue(e.reason().contains("1 MiB"), e::reason);
            }
        });
    }

    @Test
    void random_answer_is_a_completion_or_a_failure() {
        Fuzz.run(ANSWERS, bytes -> {
            Protocol.Reader reader = protocol.reader(NO_HEADERS);
            reader.error(bytes);
            try {
                assertFalse(reader.whole(bytes).pieces().isEmpty());
            } catch (FailureException e) {
                assertNotNull(e.failure());
            }
        });
    }

    @Test
    void random_error_body_is_a_failure_without_keys() {
        List<String> withKeys =
                ERRORS.stream().map(error -> error + " " + TestCalls.CANARY).toList();
        Fuzz.run(withKeys, bytes -> {
            int status = STATUSES[bytes.length % STATUSES.length];
            Failure failure = failures.read(status, NO_HEADERS, bytes);
            assertFalse(failure.toString().contains(TestCalls.CANARY), failure::toString);
            failures.readError(new EventReader.Event("error", bytes, 0, bytes.length), NO_HEADERS);
        });
    }

    @Test
    void random_headers_give_bounded_resets_and_delays() {
        Fuzz.run(HEADERS, bytes -> {
            Headers headers = headers(new String(bytes, UTF_8));
            RateLimitReader.read(headers).buckets().forEach(bucket -> assertWithinReason(bucket.reset()));
            assertWithinReason(RetryAfterParser.of(headers, InstantSource.fixed(NOW)));
        });
    }

    @Test
    void random_messages_give_bounded_delays_and_counts() {
        Fuzz.run(ERRORS, bytes -> {
            String message = new String(bytes, UTF_8);
            assertWithinReason(RetryAfterParser.inMessage(message));
            assertWithinReason(RetryAfterParser.parse(message));
            RateLimitReader.read(NO_HEADERS, message).buckets().forEach(bucket -> {
                assertTrue(bucket.remaining() >= 0, bucket::toString);
                assertFalse(bucket.reset() != null && bucket.reset().isNegative(), bucket::toString);
            });
        });
    }

    private static void assertWithinReason(@Nullable Duration duration) {
        assertTrue(
                duration == null || !(duration.isNegative() || duration.compareTo(MONTH) > 0),
                () -> "a delay of " + duration);
    }

    private static Headers headers(String text) {
        Map<String, List<String>> headers = text.lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.groupingBy(
                        parts -> parts[0],
                        TreeMap::new,
                        Collectors.mapping(parts -> parts[1].strip(), Collectors.toList())));
        return Headers.of(headers);
    }

    private static String stream(String... events) {
        return Stream.of(events).map(event -> "data: " + event + "\n\n").collect(Collectors.joining());
    }
}
