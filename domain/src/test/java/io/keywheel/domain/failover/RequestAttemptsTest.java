package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a request has learnt of a provider on its way.
class RequestAttemptsTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);
    private static final RequestTerms TERMS =
            new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2)).terms(true, Instant.EPOCH);
    private static final RequestAttempts BEGUN = RequestAttempts.begin(new Route.DefaultModels(null), TERMS);

    static List<Failure> troubleOfTheProvider() {
        return List.of(
                new Failure.Unavailable("down", null),
                new Failure.TimedOut("slow"),
                new Failure.Overloaded("busy", null));
    }

    static List<Failure> troubleOfTheKey() {
        return List.of(new Failure.KeyRefused("no"), new Failure.AccountBlocked("unpaid"), shownLimit());
    }

    @ParameterizedTest
    @MethodSource("troubleOfTheProvider")
    void a_provider_found_in_trouble_has_bruised_it(Failure failure) {
        RequestAttempts requestAttempts = BEGUN.failedAt(attempt(GROQ, failure));

        assertTrue(requestAttempts.sawOutageOf(GROQ));
        assertFalse(requestAttempts.sawOutageOf(CEREBRAS));
    }

    @ParameterizedTest
    @MethodSource("troubleOfTheKey")
    void a_key_in_trouble_is_no_trouble_of_the_provider(Failure failure) {
        assertFalse(BEGUN.failedAt(attempt(GROQ, failure)).sawOutageOf(GROQ));
        assertFalse(BEGUN.failedAt(trial(GROQ, failure)).hasFailedProbeOf(GROQ));
    }

    @ParameterizedTest
    @MethodSource("troubleOfTheProvider")
    void probe_that_meets_the_same_failure_has_failed_and_is_no_new_outage(Failure failure) {
        RequestAttempts requestAttempts = BEGUN.failedAt(trial(GROQ, failure));

        assertTrue(requestAttempts.hasFailedProbeOf(GROQ));
        assertFalse(requestAttempts.sawOutageOf(GROQ));
    }

    @Test
    void a_probe_that_meets_a_limit_of_the_host_has_failed() {
        var hidden = new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN);

        assertTrue(BEGUN.failedAt(trial(GROQ, hidden)).hasFailedProbeOf(GROQ));
    }

    @Test
    void an_attempt_that_was_no_probe_has_failed_none() {
        assertFalse(BEGUN.failedAt(attempt(GROQ, new Failure.TimedOut("slow"))).hasFailedProbeOf(GROQ));
    }

    @Test
    void a_request_is_refused_by_who_could_not_take_it() {
        assertTrue(BEGUN.failedAt(attempt(GROQ, new Failure.TooLarge(NO))).isRefusedBy(GROQ));
        assertTrue(BEGUN.failedAt(attempt(GROQ, new Failure.Unsupported(NO))).isRefusedBy(GROQ));
        assertFalse(BEGUN.failedAt(attempt(GROQ, new Failure.TimedOut("slow"))).isRefusedBy(GROQ));
        assertFalse(BEGUN.failedAt(attempt(CEREBRAS, new Failure.TooLarge(NO))).isRefusedBy(GROQ));
    }

    @Test
    void knows_whom_it_has_asked_and_how_often() {
        RequestAttempts requestAttempts = BEGUN.failedAt(attempt(GROQ, new Failure.KeyRefused("no")))
                .failedAt(attempt(CEREBRAS, new Failure.TimedOut("slow")));

        assertEquals(1, requestAttempts.attemptsAt(GROQ));
        assertEquals(Set.of("00000000"), requestAttempts.triedAt(GROQ));
    }

    @Test
    void needs_at_a_provider_what_its_limit_took_it_for_and_elsewhere_what_was_estimated() {
        RequestAttempts requestAttempts = RequestAttempts.begin(BEGUN.route(), TERMS, 100)
                .failedAt(attempt(GROQ, limitFor(590)))
                .failedAt(attempt(GROQ, limitFor(300)));

        assertEquals(590, requestAttempts.estimatedTokensAt(GROQ));
        assertEquals(100, requestAttempts.estimatedTokensAt(CEREBRAS));
    }

    @Test
    void needs_no_less_than_was_estimated_whatever_a_limit_took_it_for() {
        assertEquals(
                100,
                RequestAttempts.begin(BEGUN.route(), TERMS, 100)
                        .failedAt(attempt(GROQ, limitFor(1)))
                        .estimatedTokensAt(GROQ));
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 0",
        "-1, 0",
        "2147483647, 2147483647",
        "9223372036854775807, 1099511627776",
    })
    void needs_nothing_beyond_what_is_counted(long estimated, long believed) {
        assertEquals(
                believed, RequestAttempts.begin(BEGUN.route(), TERMS, estimated).estimatedTokensAt(GROQ));
        assertEquals(
                believed, BEGUN.failedAt(attempt(GROQ, limitFor(estimated))).estimatedTokensAt(GROQ));
    }

    private static Failure limitFor(long requested) {
        return new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN, null, true, requested);
    }

    private static Failure shownLimit() {
        return new Failure.RateLimited("too many", Duration.ofSeconds(3), RateLimitStatus.UNKNOWN);
    }

    private static FailedAttempt attempt(ProviderId provider, Failure failure) {
        return new FailedAttempt(target(provider), failure, false);
    }

    private static FailedAttempt trial(ProviderId provider, Failure failure) {
        return new FailedAttempt(target(provider), failure, true);
    }

    private static Target target(ProviderId provider) {
        var key = new PoolKey(new KeySlot(provider, 1), new QuotaGroup(provider, "g"), "00000000");
        return new Target(key, new ModelId("m"), true);
    }
}
