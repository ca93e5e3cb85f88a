package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// State of a request after failed attempts at a provider.
class RequestAttemptsTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");
    private static final ModelId MODEL = new ModelId("m");
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);
    private static final RequestTerms TERMS =
            new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2)).terms(true, Instant.EPOCH);
    private static final RequestAttempts BEGUN = RequestAttempts.begin(Route.AUTO, TERMS, TokenEstimate.of(0));

    static List<Arguments> failures() {
        var hidden = new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN);
        var shown = new Failure.RateLimited("too many", Duration.ofSeconds(3), RateLimitStatus.UNKNOWN);
        return List.of(
                arguments(new Failure.Overloaded("busy", null), true, true, false),
                arguments(new Failure.Unavailable("down", null), true, true, false),
                arguments(new Failure.TimedOut("slow"), true, true, false),
                arguments(hidden, false, true, false),
                arguments(shown, false, false, false),
                arguments(new Failure.KeyRefused("no"), false, false, false),
                arguments(new Failure.AccountBlocked("unpaid"), false, false, false),
                arguments(new Failure.ModelUnavailable(NO), false, false, false),
                arguments(new Failure.EmptyReply("nothing"), false, false, false),
                arguments(new Failure.TooLarge(NO), false, false, true),
                arguments(new Failure.Unsupported(NO), false, false, true),
                arguments(new Failure.Rejected(NO), false, false, false),
                arguments(new Failure.Cancelled(), false, false, false));
    }

    @ParameterizedTest(name = "{0}: outage {1}, failed probe {2}, refused {3}")
    @MethodSource("failures")
    void attempts_record_outage_failed_probe_and_refusal_of_the_provider(
            Failure failure, boolean outage, boolean failedProbe, boolean refused) {
        RequestAttempts attempted = BEGUN.failedAt(failed(GROQ, failure, false));
        RequestAttempts probed = BEGUN.failedAt(failed(GROQ, failure, true));

        assertEquals(outage, attempted.sawOutageOf(GROQ, MODEL));
        assertEquals(outage, attempted.sawOutageAt(GROQ, MODEL));
        assertFalse(probed.sawOutageOf(GROQ, MODEL) || probed.sawOutageAt(GROQ, MODEL));
        assertFalse(attempted.sawOutageAt(GROQ, new ModelId("other")));
        assertEquals(failedProbe, probed.hasFailedProbeOf(GROQ, MODEL));
        assertFalse(attempted.hasFailedProbeOf(GROQ, MODEL));
        assertEquals(refused, attempted.isRefusedBy(GROQ, MODEL));
        assertFalse(attempted.sawOutageOf(CEREBRAS, MODEL) || attempted.isRefusedBy(CEREBRAS, MODEL));
        assertFalse(probed.hasFailedProbeOf(CEREBRAS, MODEL));
        assertEquals(
                outage && !(failure instanceof Failure.Overloaded), attempted.sawOutageOf(GROQ, new ModelId("other")));
    }

    @Test
    void attempts_count_the_tried_keys_per_provider() {
        RequestAttempts attempted = BEGUN.failedAt(failed(GROQ, new Failure.KeyRefused("no"), false))
                .failedAt(failed(CEREBRAS, new Failure.TimedOut("slow"), false));

        assertEquals(1, attempted.attemptsAt(GROQ, MODEL));
        assertEquals(Set.of("00000000"), attempted.triedAt(GROQ, MODEL, false));
        assertEquals(Set.of("00000000"), attempted.triedAt(GROQ, MODEL, true), "it was not limited");
    }

    @Test
    void waiting_request_retries_limited_keys_up_to_100_attempts() {
        RequestTerms patient =
                new RequestLimits(0, Duration.ofSeconds(1), 1000, Duration.ofMinutes(2)).terms(true, Instant.EPOCH);
        RequestAttempts attempted = RequestAttempts.begin(Route.AUTO, patient, TokenEstimate.of(0));
        for (int i = 0; i < 99; i++) {
            attempted = attempted.failedAt(failed(GROQ, limitFor(1), false));
        }

        assertTrue(attempted.mayRetryLimitedKeys(Instant.EPOCH));
        assertFalse(attempted.failedAt(failed(GROQ, limitFor(1), false)).mayRetryLimitedKeys(Instant.EPOCH));
    }

    @ParameterizedTest(name = "estimated {0}, shown by limits {1} and {2}: {3}")
    @CsvSource({
        "100, 590, 300, 590",
        "100, 1, 1, 100",
        "0, -9223372036854775808, -1, 0",
        "0, 2147483647, 0, 2147483647",
        "0, 9223372036854775807, 0, 1099511627776",
        "-1, 0, 0, 0",
        "9223372036854775807, 0, 0, 1099511627776",
    })
    void estimate_rises_to_the_request_size_reported_by_a_rate_limit(
            long estimated, long first, long second, long atGroq) {
        RequestAttempts begun = RequestAttempts.begin(BEGUN.route(), TERMS, TokenEstimate.of(estimated));

        RequestAttempts attempted =
                begun.failedAt(failed(GROQ, limitFor(first), false)).failedAt(failed(GROQ, limitFor(second), false));

        assertEquals(atGroq, attempted.estimatedTokensAt(profile(GROQ, 0)));
        assertEquals(begun.estimatedTokensAt(profile(CEREBRAS, 0)), attempted.estimatedTokensAt(profile(CEREBRAS, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        ", 0, 100",
        ", 16384, 16484",
        "50, 0, 150",
        "50, 16384, 150",
        "40000, 0, 40100",
        "40000, 16384, 16484",
        "40000, 9223372036854775807, 40100",
        ", 9223372036854775807, 1099511627776",
    })
    void estimate_counts_the_tokens_that_the_provider_reserves(
            @Nullable Long maxTokens, long mostPerAnswer, long expected) {
        RequestAttempts begun = RequestAttempts.begin(BEGUN.route(), TERMS, new TokenEstimate(100, 1, maxTokens));

        assertEquals(expected, begun.estimatedTokensAt(profile(GROQ, mostPerAnswer)));
    }

    private static ProviderProfile profile(ProviderId id, long mostPerAnswer) {
        var slot = new KeySlot(id, 1);
        var key = new PoolKey(slot, new QuotaGroup(id, "a"), "a");
        return new ProviderProfile(id, new ModelId("m"), List.of(key), mostPerAnswer);
    }

    private static Failure limitFor(long requested) {
        return new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN, null, true, requested);
    }

    private static FailedAttempt failed(ProviderId provider, Failure failure, boolean probe) {
        var key = new PoolKey(new KeySlot(provider, 1), new QuotaGroup(provider, "g"), "00000000");
        return new FailedAttempt(new Target(key, MODEL, true), failure, probe);
    }
}
