package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
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
class RequestAttemptsTest extends PoolFixture {

    private static final RequestTerms TERMS =
            new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2), Duration.ZERO).terms(true, Instant.EPOCH);
    private static final RequestAttempts BEGUN = RequestAttempts.begin(Route.AUTO, TERMS, TokenEstimate.of(0));

    static List<Arguments> probes() {
        return List.of(
                arguments(Scope.Kind.GROUP_MODEL, limited(A_SECOND), true),
                arguments(Scope.Kind.KEY, limited(A_SECOND), false),
                arguments(Scope.Kind.PROVIDER, limited(A_SECOND), false),
                arguments(Scope.Kind.PROVIDER, limited(null), true),
                arguments(Scope.Kind.KEY, limited(null), false));
    }

    @ParameterizedTest(name = "{0} probed, {1}: {2}")
    @MethodSource("probes")
    void failed_attempt_is_a_probe_of_the_scope_that_its_failure_concerns(
            Scope.Kind probed, Failure failure, boolean probe) {
        Target target = failed(GROQ, failure, false).target();
        var attempt = new Step.Attempt(target, Set.of(probed.at(target).orElseThrow()), Instant.EPOCH, 0, 0);

        assertEquals(probe, attempt.failed(failure).probe());
    }

    @ParameterizedTest
    @CsvSource({"500, 0, true", "501, 30, false"})
    void rate_limit_of_an_attempt_lasts_until_the_bucket_with_too_few_tokens_refills(
            long need, long seconds, boolean mayBeOfHost) {
        var limited =
                new Failure.RateLimited("no", null, reported(new Bucket("tokens", 1000L, 500, Duration.ofSeconds(30))));
        Target target = failed(GROQ, limited, false).target();
        var attempt = new Step.Attempt(target, Set.of(new Scope.OfProvider(GROQ)), Instant.EPOCH, need, 0);

        FailedAttempt failed = attempt.failed(limited);

        assertEquals(
                Duration.ofSeconds(seconds), failed.failure().requestedPause().orElse(Duration.ZERO));
        assertEquals(mayBeOfHost, failed.probe());
    }

    static List<Arguments> failures() {
        return List.of(
                arguments(new Failure.Overloaded("busy", null), true, true, false),
                arguments(new Failure.Unavailable("down", null), true, true, false),
                arguments(new Failure.TimedOut("slow"), true, true, false),
                arguments(limited(null), false, true, false),
                arguments(limited(A_SECOND), false, false, false),
                arguments(new Failure.EmptyReply("nothing"), false, false, false),
                arguments(new Failure.TooLarge(NO), false, false, true),
                arguments(new Failure.Unsupported(NO), false, false, true),
                arguments(new Failure.Rejected(NO), false, false, false));
    }

    @ParameterizedTest(name = "{0}: outage {1}, failed probe {2}, refused {3}")
    @MethodSource("failures")
    void attempts_record_outage_failed_probe_and_refusal_of_the_provider(
            Failure failure, boolean outage, boolean failedProbe, boolean refused) {
        RequestAttempts attempted = BEGUN.withFailure(failed(GROQ, failure, false));
        RequestAttempts probed = BEGUN.withFailure(failed(GROQ, failure, true));

        assertEquals(outage, attempted.sawOutageOfProvider(GROQ, BIG));
        assertEquals(outage, attempted.sawOutageOfModel(GROQ, BIG));
        assertFalse(probed.sawOutageOfProvider(GROQ, BIG) || probed.sawOutageOfModel(GROQ, BIG));
        assertFalse(attempted.sawOutageOfModel(GROQ, SMALL));
        assertEquals(failedProbe, probed.hasFailedProbeOf(GROQ, BIG));
        assertFalse(attempted.hasFailedProbeOf(GROQ, BIG));
        assertEquals(refused, attempted.isRefusedBy(GROQ, BIG));
        assertFalse(attempted.sawOutageOfProvider(CEREBRAS, BIG) || attempted.isRefusedBy(CEREBRAS, BIG));
        assertFalse(probed.hasFailedProbeOf(CEREBRAS, BIG));
        assertEquals(outage && !(failure instanceof Failure.Overloaded), attempted.sawOutageOfProvider(GROQ, SMALL));
    }

    @Test
    void attempts_count_the_tried_keys_per_provider() {
        RequestAttempts attempted = BEGUN.withFailure(failed(GROQ, new Failure.KeyRefused("no"), false))
                .withFailure(failed(CEREBRAS, new Failure.TimedOut("slow"), false));

        assertEquals(1, attempted.attemptsAt(GROQ, BIG));
        assertEquals(Set.of("00000000"), attempted.triedAt(GROQ, BIG, false));
        assertEquals(Set.of("00000000"), attempted.triedAt(GROQ, BIG, true), "it was not limited");
    }

    @Test
    void waiting_request_retries_limited_keys_up_to_100_attempts() {
        RequestTerms terms = new RequestLimits(0, Duration.ofSeconds(1), 1000, Duration.ofMinutes(2), Duration.ZERO)
                .terms(true, Instant.EPOCH);
        RequestAttempts attempted = RequestAttempts.begin(Route.AUTO, terms, TokenEstimate.of(0));
        for (int i = 0; i < 99; i++) {
            attempted = attempted.withFailure(failed(GROQ, limitFor(1), false));
        }

        assertTrue(attempted.mayRetryLimitedKeys());
        assertFalse(attempted.withFailure(failed(GROQ, limitFor(1), false)).mayRetryLimitedKeys());
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

        RequestAttempts attempted = begun.withFailure(failed(GROQ, limitFor(first), false))
                .withFailure(failed(GROQ, limitFor(second), false));

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

    @Test
    void sizes_of_two_requests_are_compared_at_each_provider() {
        RequestAttempts unbounded = RequestAttempts.begin(BEGUN.route(), TERMS, new TokenEstimate(100, 1, null));
        RequestAttempts bounded = RequestAttempts.begin(BEGUN.route(), TERMS, new TokenEstimate(1000, 1, 50L));
        ProviderProfile countsUsed = profile(GROQ, 0);
        ProviderProfile reserves = profile(CEREBRAS, 16384);

        assertTrue(unbounded.needsLessThanHalfOf(bounded, List.of(countsUsed)));
        assertFalse(unbounded.needsLessThanHalfOf(bounded, List.of(countsUsed, reserves)));
        assertFalse(unbounded.mayWaitInVainBehind(bounded, List.of(countsUsed)));
        assertTrue(unbounded.mayWaitInVainBehind(bounded, List.of(countsUsed, reserves)));
    }

    private static ProviderProfile profile(ProviderId id, long mostPerAnswer) {
        return new ProviderProfile(id, BIG, provider(id, "a").keys(), mostPerAnswer);
    }

    private static Failure limitFor(long requested) {
        return new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN, null, true, requested);
    }

    private static FailedAttempt failed(ProviderId provider, Failure failure, boolean probe) {
        return new FailedAttempt(new Target(provider(provider, "g").keys().getFirst(), BIG, true), failure, probe, 0);
    }
}
