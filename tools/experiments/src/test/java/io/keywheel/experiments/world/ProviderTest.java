package io.keywheel.experiments.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProviderTest {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Request REQUEST = new Request(0, START, 100);
    private static final Measure TOKENS =
            new Measure("tokens per minute (TPM)", "tokens", Measure.Counts.TOKENS, 150, Duration.ofMinutes(1));
    private static final Measure HIDDEN =
            new Measure("tokens per day (TPD)", "", Measure.Counts.TOKENS, 10_000, Duration.ofDays(1));

    private static Provider provider(Manners manners, String... organisations) {
        return new Provider(
                "groq",
                manners,
                List.of(organisations),
                _ -> List.of(new Bucket(TOKENS, START), new Bucket(HIDDEN, START)));
    }

    @Test
    void an_answer_tells_what_is_left_of_the_limits_in_its_headers() {
        Provider provider = provider(Manners.GROQ, "org_a");

        var answered = assertInstanceOf(
                Reply.Answered.class, provider.ask(provider.keys().getFirst(), REQUEST, START));

        assertEquals(List.of(new Gauge("tokens", 150, 50, Duration.ofSeconds(40), true)), answered.gauges());
    }

    @Test
    void groqs_refusal_names_the_organisation_shows_its_limit_and_the_seconds_to_wait() {
        Provider provider = provider(Manners.GROQ, "org_a");
        Key key = provider.keys().getFirst();
        provider.ask(key, REQUEST, START);

        var limited = assertInstanceOf(Reply.Limited.class, provider.ask(key, REQUEST, START.plusMillis(500)));

        assertEquals(Duration.ofSeconds(20), limited.retryAfter());
        assertEquals("org_a", limited.organisation());
        assertTrue(limited.shown());
        assertTrue(limited.message().contains("in organization `org_a`"), limited.message());
        assertTrue(limited.message().contains("try again in 19.5s"), limited.message());
    }

    @Test
    void cerebras_refusal_shows_its_limit_and_leaves_the_rest_to_the_headers() {
        Provider provider = provider(Manners.CEREBRAS, "org_a");
        Key key = provider.keys().getFirst();
        provider.ask(key, REQUEST, START);

        var limited = assertInstanceOf(Reply.Limited.class, provider.ask(key, REQUEST, START));

        assertNull(limited.retryAfter());
        assertNull(limited.organisation());
        assertTrue(limited.shown());
        assertEquals(1, limited.gauges().size());
    }

    @Test
    void keys_of_one_organisation_share_its_limits() {
        Provider provider = provider(Manners.GROQ, "org_a", "org_a", "org_b");
        provider.ask(provider.keys().get(0), REQUEST, START);

        assertInstanceOf(Reply.Limited.class, provider.ask(provider.keys().get(1), REQUEST, START));
        assertInstanceOf(Reply.Answered.class, provider.ask(provider.keys().get(2), REQUEST, START));
    }

    @Test
    void nobody_connects_during_an_outage() {
        Provider provider = provider(Manners.GROQ, "org_a");
        Key key = provider.keys().getFirst();
        provider.fails(new Provider.Outage(START.plusSeconds(1), START.plusSeconds(2)));

        assertInstanceOf(Reply.Broken.class, provider.ask(key, REQUEST, START.plusSeconds(1)));
        assertInstanceOf(Reply.Answered.class, provider.ask(key, REQUEST, START.plusSeconds(2)));
    }
}
