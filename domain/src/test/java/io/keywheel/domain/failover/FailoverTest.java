package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
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

class FailoverTest extends PoolFixture {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Route ANY = Route.AUTO;
    private static final Route ANY_OF_GROQ = Route.to(RouteTarget.ofDefaultModel(GROQ));
    private static final Route NAMED = Route.to(GROQ, BIG);
    private static final Failure LIMITED = limited(null);
    private static final Failure TOO_LARGE = new Failure.TooLarge(NO);
    private static final Failure UNSUPPORTED = new Failure.Unsupported(NO);
    private static final Failure NO_MODEL = new Failure.ModelUnavailable(NO);
    private static final Step STOPPED = new Step.GiveUp(new Exhaustion.Stopped());
    private static final Unavailability UNAVAILABILITY = new Unavailability(List.of(), 0, Set.of(), START);

    /// One failure of each [FailurePolicy.Next].
    static List<Arguments> failures() {
        return List.of(
                arguments(LIMITED, true, true),
                arguments(new Failure.Overloaded("busy", null), true, true),
                arguments(TOO_LARGE, true, false),
                arguments(new Failure.Rejected(NO), false, false));
    }

    @ParameterizedTest(name = "{0}: retried at any provider {1}, at the named one {2}")
    @MethodSource("failures")
    void retryable_failure_leads_to_a_further_attempt(Failure failure, boolean any, boolean named) {
        for (Route route : List.of(ANY, ANY_OF_GROQ, NAMED)) {
            RequestAttempts failed = begin(route).withFailure(failed(GROQ, failure));

            Step step = Failover.next(failed, ready(), START);

            if (route.equals(ANY) ? any : named) {
                assertInstanceOf(Step.Attempt.class, step);
            } else {
                assertEquals(STOPPED, step);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void request_without_fallback_stops_at_its_first_failure(Failure failure, boolean any, boolean named) {
        RequestAttempts failed = begin(ANY, new RequestTerms(false, 0, START, START.plus(TIMEOUT)))
                .withFailure(failed(GROQ, failure));

        assertEquals(STOPPED, Failover.next(failed, ready(), START));
    }

    @Test
    void request_refused_by_all_providers_returns_the_last_refusal() {
        RequestAttempts byOne = begin(ANY).withFailure(failed(GROQ, UNSUPPORTED));
        RequestAttempts byBoth = byOne.withFailure(failed(CEREBRAS, TOO_LARGE));
        Unavailability retired = cooling(Kind.KEY_REFUSED);
        Unavailability limited = cooling(Kind.RATE_LIMITED);

        assertEquals(STOPPED, Failover.next(byOne, none(UNAVAILABILITY), START));
        assertEquals(STOPPED, Failover.next(byOne, none(retired), START), "the other provider will not come back");
        assertEquals(STOPPED, Failover.next(byBoth, none(retired), START));
        assertEquals(
                new Step.GiveUp(new Exhaustion.AllFailed(null, limited, false)),
                Failover.next(byOne, none(limited), START),
                "the other provider may come back");
    }

    @Test
    void refusal_is_not_returned_while_a_provider_that_was_not_asked_is_ready() {
        RequestAttempts failed = begin(ANY, new RequestTerms(true, 1, START, START.plus(TIMEOUT)))
                .withFailure(failed(GROQ, TOO_LARGE));

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllFailed(null, UNAVAILABILITY, true)),
                Failover.next(failed, ready(), START));
    }

    static List<Arguments> reasonsWithoutAModel() {
        return List.of(
                arguments("each key refused the model", NO_MODEL, List.of(Kind.MODEL_UNAVAILABLE), true),
                arguments("the others do not work", null, List.of(Kind.MODEL_UNAVAILABLE, Kind.ACCOUNT_BLOCKED), true),
                arguments(
                        "the only other key was refused meanwhile",
                        new Failure.KeyRefused("no"),
                        List.of(Kind.MODEL_UNAVAILABLE, Kind.KEY_REFUSED),
                        true),
                arguments(
                        "another key is limited", NO_MODEL, List.of(Kind.MODEL_UNAVAILABLE, Kind.RATE_LIMITED), false),
                arguments(
                        "a key failed for another reason",
                        new Failure.EmptyReply("nothing"),
                        List.of(Kind.MODEL_UNAVAILABLE),
                        false),
                arguments("no key works at all", null, List.of(Kind.KEY_REFUSED), false));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("reasonsWithoutAModel")
    void model_without_a_usable_working_key_is_unknown(
            String what, @Nullable Failure met, List<Kind> cooling, boolean unknown) {
        RequestAttempts failed = met == null ? begin(NAMED) : begin(NAMED).withFailure(failed(GROQ, met));
        Unavailability unavailability = cooling(cooling.toArray(Kind[]::new));

        Exhaustion expected =
                unknown ? new Exhaustion.NoSuchModel(NAMED) : new Exhaustion.AllFailed(GROQ, unavailability, false);
        assertEquals(new Step.GiveUp(expected), Failover.next(failed, none(unavailability), START), what);
    }

    @Test
    void model_with_an_untried_ready_key_is_not_unknown() {
        RequestAttempts failed = begin(NAMED).withFailure(failed(GROQ, NO_MODEL));
        var unavailability = new Unavailability(List.of(), 0, Set.of(Kind.MODEL_UNAVAILABLE), START);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllFailed(GROQ, unavailability, false)),
                Failover.next(failed, none(unavailability), START));
    }

    @Test
    void request_gives_up_at_its_deadline_also_during_an_attempt() {
        RequestAttempts failed = begin(ANY).withFailure(failed(GROQ, LIMITED));
        RequestAttempts outOfTime = begin(ANY).withFailure(failed(GROQ, new Failure.OutOfTime()));

        assertEquals(
                new Step.GiveUp(new Exhaustion.DeadlinePassed()), Failover.next(failed, ready(), START.plus(TIMEOUT)));
        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed()), Failover.next(outOfTime, ready(), START));
    }

    @Test
    void request_gives_up_after_its_maximum_of_attempts() {
        RequestAttempts once = begin(NAMED, new RequestTerms(true, 2, START.plusSeconds(5), START.plus(TIMEOUT)))
                .withFailure(failed(GROQ, LIMITED));
        RequestAttempts twice = once.withFailure(failed(GROQ, LIMITED));
        KeySelector soon = selecting(new KeySelector.NoneReady(START.plusSeconds(1), null));

        assertInstanceOf(Step.Attempt.class, Failover.next(once, ready(), START));
        assertInstanceOf(Step.Wait.class, Failover.next(once, soon, START));
        assertInstanceOf(Step.GiveUp.class, Failover.next(twice, ready(), START));
        assertInstanceOf(Step.GiveUp.class, Failover.next(twice, soon, START));
    }

    @ParameterizedTest(name = "max wait {0} s, ready in {1} s, probe ends in {2} s: waits {3} s")
    @CsvSource({
        "0, 1, , ",
        "5, 5, , 5",
        "5, 6, , ",
        "300, 121, , ",
        "0, , 20, 20",
        "0, , 3600, 120",
        "0, 1, 20, 1",
        "5, 1, 20, 1"
    })
    void request_waits_for_a_key_up_to_max_wait_and_for_a_probe_up_to_its_deadline(
            long willing, @Nullable Long ready, @Nullable Long probeEnds, @Nullable Long waits) {
        var terms = new RequestLimits(0, Duration.ofSeconds(willing), 1000, TIMEOUT, Duration.ZERO).terms(true, START);
        var none = new KeySelector.NoneReady(in(ready), in(probeEnds));

        Step step = Failover.next(begin(ANY, terms), selecting(none), START);

        Instant until = in(waits);
        if (until == null) {
            assertInstanceOf(Step.GiveUp.class, step);
        } else {
            assertEquals(new Step.Wait(until), step);
        }
    }

    private static @Nullable Instant in(@Nullable Long seconds) {
        return seconds == null ? null : START.plusSeconds(seconds);
    }

    static List<Arguments> exhaustions() {
        var refused = new Failure.KeyRefused("no");
        return List.of(
                arguments("limited", List.of(LIMITED), List.of(), true),
                arguments("limited and refused", List.of(LIMITED, refused), List.of(), false),
                arguments("no key works", List.of(), List.of(Kind.KEY_REFUSED), false),
                arguments("every account is blocked", List.of(), List.of(Kind.ACCOUNT_BLOCKED), false),
                arguments("nothing failed or cools", List.of(), List.of(), false),
                arguments("limited before", List.of(), List.of(Kind.RATE_LIMITED), true),
                arguments("cooling after an outage", List.of(), List.of(Kind.RATE_LIMITED, Kind.UNAVAILABLE), false),
                arguments(
                        "limited, the others do not work",
                        List.of(),
                        List.of(Kind.RATE_LIMITED, Kind.KEY_REFUSED),
                        true));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("exhaustions")
    void exhaustion_is_by_rate_limit_if_all_working_keys_are_limited(
            String what, List<Failure> met, List<Kind> cooling, boolean byRateLimit) {
        List<FailedAttempt> failed =
                met.stream().map(failure -> failed(GROQ, failure)).toList();
        Unavailability unavailability = cooling(cooling.toArray(Kind[]::new));

        assertEquals(byRateLimit, new Exhaustion.AllFailed(GROQ, unavailability, false).isByRateLimit(failed), what);
        assertFalse(new Exhaustion.AllFailed(GROQ, unavailability, true).isByRateLimit(failed), "a key was ready");
    }

    private static RequestAttempts begin(Route route) {
        return begin(route, new RequestTerms(true, 0, START, START.plus(TIMEOUT)));
    }

    private static RequestAttempts begin(Route route, RequestTerms terms) {
        return RequestAttempts.begin(route, terms, TokenEstimate.of(0));
    }

    private static FailedAttempt failed(ProviderId provider, Failure failure) {
        return new FailedAttempt(target(provider), failure, false, 0);
    }

    private static Target target(ProviderId provider) {
        return new Target(provider(provider, "g").keys().getFirst(), BIG, true);
    }

    private static Unavailability cooling(Kind... reasons) {
        return new Unavailability(List.of(), 0, Set.of(reasons), START.plusSeconds(1));
    }

    private static KeySelector ready() {
        return selecting(new Step.Attempt(target(GROQ), Set.of(), START, 0, 0));
    }

    private static KeySelector none(Unavailability unavailability) {
        return selector(new KeySelector.NoneReady(null, null), unavailability);
    }

    private static KeySelector selecting(KeySelector.Selection keySelection) {
        return selector(keySelection, UNAVAILABILITY);
    }

    private static KeySelector selector(KeySelector.Selection keySelection, Unavailability unavailability) {
        return new KeySelector() {
            @Override
            public KeySelector.Selection choose(RequestAttempts requestAttempts, Instant now) {
                return keySelection;
            }

            @Override
            public void withdraw(Step.Attempt attempt, RequestAttempts requestAttempts, Instant now) {}

            @Override
            public List<ProviderProfile> providers(RequestAttempts requestAttempts) {
                return List.of();
            }

            @Override
            public Unavailability unavailability(RequestAttempts requestAttempts, Instant now) {
                return unavailability;
            }
        };
    }
}
