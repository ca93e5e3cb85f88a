package io.keywheel.experiments.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderTest {

    private static final Instant START = Arrivals.START;
    private static final List<String> ORGANISATIONS = List.of("org_a", "org_a", "org_b");

    private final Provider groq = Provider.groq(ORGANISATIONS, START);
    private final Provider cerebras = Provider.cerebras(ORGANISATIONS, START, START.plus(Provider.DAY));

    private static Request request(int tokens) {
        return new Request(0, START, tokens, tokens, false);
    }

    private static Failure.RateLimited limited(Reply reply) {
        var failed = assertInstanceOf(Reply.Failed.class, reply);
        return assertInstanceOf(Failure.RateLimited.class, failed.failure());
    }

    @Test
    void answer_reports_limits_in_headers() {
        Reply reply = groq.ask(groq.keys.getFirst(), request(4_000), START);

        assertInstanceOf(Reply.Answered.class, reply);
        assertEquals(
                List.of("requests 999", "tokens 4000"),
                reply.headers().buckets().stream()
                        .map(bucket -> bucket.name() + " " + bucket.remaining())
                        .toList());
    }

    @Test
    void groq_429_has_retry_after_organisation_and_counters() {
        groq.ask(groq.keys.getFirst(), request(8_000), START);

        Failure.RateLimited limited = limited(groq.ask(groq.keys.getFirst(), request(100), START.plusMillis(100)));

        assertEquals(Duration.ofSeconds(1), limited.retryAfter());
        assertEquals("org_a", limited.organisation());
        assertEquals(100, limited.requestedTokens());
        assertEquals("tokens-minute", limited.status().buckets().getLast().name());
    }

    @Test
    void cerebras_429_has_retry_after_only_for_limits_with_headers() {
        cerebras.ask(cerebras.keys.getFirst(), request(60_000), START);
        assertInstanceOf(
                Duration.class,
                limited(cerebras.ask(cerebras.keys.getFirst(), request(1), START))
                        .retryAfter());

        Key other = cerebras.keys.getLast();
        for (int i = 0; i < 30; i++) {
            cerebras.ask(other, request(1), START);
        }
        assertNull(limited(cerebras.ask(other, request(1), START)).retryAfter());
    }

    @ParameterizedTest(name = "{0} has {1} tokens left")
    @CsvSource({"groq, 2944", "cerebras, 52000"})
    void cached_tokens_count_against_the_limit_at_cerebras_only(String name, long left) {
        Provider provider = name.equals("groq") ? groq : cerebras;
        Key key = provider.keys.getFirst();
        provider.ask(key, new Request(0, START, 3_500, 3_500, true, 7, 3_000), START);

        Reply reply = provider.ask(key, new Request(1, START, 4_500, 4_500, true, 7, 4_000), START);

        assertEquals(2_944, assertInstanceOf(Reply.Answered.class, reply).cached());
        assertEquals(left, reply.headers().buckets().getLast().remaining());
    }

    @Test
    void keys_of_one_organisation_share_its_limits() {
        groq.ask(groq.keys.get(0), request(8_000), START);

        limited(groq.ask(groq.keys.get(1), request(100), START));
        assertInstanceOf(Reply.Answered.class, groq.ask(groq.keys.get(2), request(100), START));
    }

    @Test
    void connections_are_refused_during_an_outage() {
        groq.fails(START.plusSeconds(1), START.plusSeconds(2));

        assertInstanceOf(Reply.Failed.class, groq.ask(groq.keys.getFirst(), request(1), START.plusSeconds(1)));
        assertInstanceOf(Reply.Answered.class, groq.ask(groq.keys.getFirst(), request(1), START.plusSeconds(2)));
    }
}
