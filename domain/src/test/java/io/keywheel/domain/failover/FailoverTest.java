package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import org.junit.jupiter.params.provider.MethodSource;

class FailoverTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");
    private static final Route ANY = new Route.DefaultModels(null);
    private static final Route NAMED = new Route.NamedModel(GROQ, new ModelId("m"));
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);

    private final RequestLimits requestLimits = new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2));

    @Test
    void attempts_the_key_that_was_chosen() {
        Set<Scope> trials = Set.of(new Scope.OfProvider(GROQ));

        var step = Failover.next(begin(ANY), choosing(new Step.Attempt(target(1), trials, NOW)), NOW);

        assertEquals(new Step.Attempt(target(1), trials, NOW), step);
    }

    @ParameterizedTest
    @MethodSource("failuresWorthAnotherKey")
    void tries_another_key_after_a_failure_that_is_not_the_requests_own(Failure failure) {
        assertInstanceOf(Step.Attempt.class, Failover.next(begin(NAMED).failedAt(failed(failure)), ready(), NOW));
        assertInstanceOf(Step.Attempt.class, Failover.next(begin(ANY).failedAt(failed(failure)), ready(), NOW));
    }

    @ParameterizedTest
    @MethodSource("failuresWorthAnotherKey")
    void gives_the_first_failure_back_when_no_fallback_is_wanted(Failure failure) {
        var requestAttempts =
                RequestAttempts.begin(ANY, requestLimits.terms(false, NOW)).failedAt(failed(failure));

        assertEquals(stopped(requestAttempts), Failover.next(requestAttempts, ready(), NOW));
    }

    @Test
    void never_retries_what_was_rejected_or_interrupted_or_cancelled() {
        for (Failure failure :
                List.of(new Failure.Rejected(NO), new Failure.Interrupted("cut"), new Failure.Cancelled())) {
            var requestAttempts = begin(ANY).failedAt(failed(failure));

            assertEquals(stopped(requestAttempts), Failover.next(requestAttempts, ready(), NOW));
        }
    }

    @Test
    void lets_another_provider_try_what_one_could_not_take() {
        for (Failure failure : List.of(new Failure.TooLarge(NO), new Failure.Unsupported(NO))) {
            var step = Failover.next(begin(ANY).failedAt(failed(failure)), ready(), NOW);

            assertInstanceOf(Step.Attempt.class, step);
        }
    }

    @Test
    void returns_at_once_what_the_only_provider_could_not_take() {
        for (Failure failure : List.of(new Failure.TooLarge(NO), new Failure.Unsupported(NO))) {
            for (Route route : List.of(NAMED, new Route.DefaultModels(GROQ))) {
                var requestAttempts = begin(route).failedAt(failed(failure));

                assertEquals(stopped(requestAttempts), Failover.next(requestAttempts, ready(), NOW));
            }
        }
    }

    @Test
    void returns_what_the_only_provider_of_the_pool_could_not_take() {
        var requestAttempts = begin(ANY).failedAt(failed(new Failure.TooLarge(NO)));

        assertEquals(
                stopped(requestAttempts),
                Failover.next(requestAttempts, choosing(new KeySelection.NoneReady(null, null)), NOW));
    }

    @Test
    void returns_the_last_refusal_when_every_provider_of_the_pool_refused_the_request() {
        var requestAttempts = begin(ANY)
                .failedAt(failed(new Failure.Unsupported(NO)))
                .failedAt(failedAt(CEREBRAS, new Failure.TooLarge(NO)));
        var neverToComeBack = new Unavailability(List.of(resting(CEREBRAS, Failure.Kind.KEY_REFUSED)), NOW);

        assertEquals(stopped(requestAttempts), Failover.next(requestAttempts, without(neverToComeBack), NOW));
    }

    @Test
    void says_that_all_failed_while_a_provider_that_did_not_refuse_the_request_may_come_back() {
        var requestAttempts = begin(ANY).failedAt(failed(new Failure.Unsupported(NO)));
        var cerebrasRests = new Unavailability(List.of(resting(CEREBRAS, Failure.Kind.RATE_LIMITED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllProvidersFailed(requestAttempts.failed(), cerebrasRests)),
                Failover.next(requestAttempts, without(cerebrasRests), NOW));
    }

    @Test
    void says_that_there_is_no_such_model_when_no_working_key_can_use_it() {
        var requestAttempts = begin(NAMED).failedAt(failed(new Failure.ModelUnavailable(NO)));
        var noModel = new Unavailability(
                List.of(resting(Failure.Kind.MODEL_UNAVAILABLE), resting(Failure.Kind.ACCOUNT_BLOCKED)), NOW);

        for (RequestAttempts asked : List.of(requestAttempts, begin(NAMED))) {
            assertEquals(
                    new Step.GiveUp(new Exhaustion.NoSuchModel(GROQ, new ModelId("m"), asked.failed())),
                    Failover.next(asked, without(noModel), NOW));
        }
    }

    @Test
    void does_not_say_that_there_is_no_such_model_while_a_key_that_may_have_it_rests() {
        var requestAttempts = begin(NAMED).failedAt(failed(new Failure.ModelUnavailable(NO)));
        var limitedToo = new Unavailability(
                List.of(resting(Failure.Kind.MODEL_UNAVAILABLE), resting(Failure.Kind.RATE_LIMITED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, requestAttempts.failed(), limitedToo)),
                Failover.next(requestAttempts, without(limitedToo), NOW));
    }

    @Test
    void does_not_say_that_there_is_no_such_model_when_a_key_failed_for_another_reason() {
        var requestAttempts = begin(NAMED).failedAt(failed(new Failure.EmptyReply("nothing")));
        var noModel = new Unavailability(List.of(resting(Failure.Kind.MODEL_UNAVAILABLE)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, requestAttempts.failed(), noModel)),
                Failover.next(requestAttempts, without(noModel), NOW));
    }

    @Test
    void does_not_say_that_there_is_no_such_model_when_no_key_works_at_all() {
        var noKey = new Unavailability(List.of(resting(Failure.Kind.KEY_REFUSED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, List.of(), noKey)),
                Failover.next(begin(NAMED), without(noKey), NOW));
    }

    @Test
    void gives_up_at_the_deadline_whatever_is_ready() {
        var requestAttempts = begin(ANY).failedAt(failed(limited()));

        var step = Failover.next(requestAttempts, ready(), NOW.plus(requestLimits.requestTimeout()));

        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed(requestAttempts.failed())), step);
    }

    @Test
    void says_that_time_ran_out_when_it_ended_an_attempt() {
        var requestAttempts = begin(ANY).failedAt(failed(new Failure.OutOfTime()));

        assertEquals(
                new Step.GiveUp(new Exhaustion.DeadlinePassed(requestAttempts.failed())),
                Failover.next(requestAttempts, ready(), NOW));
    }

    @Test
    void makes_no_more_attempts_than_allowed() {
        var requestTerms = new RequestLimits(2, Duration.ZERO, 1000, Duration.ofMinutes(2)).terms(true, NOW);
        var once = RequestAttempts.begin(NAMED, requestTerms).failedAt(failed(limited()));

        assertInstanceOf(Step.Attempt.class, Failover.next(once, ready(), NOW));
        assertInstanceOf(Step.GiveUp.class, Failover.next(once.failedAt(failed(limited())), ready(), NOW));
    }

    @Test
    void says_whose_keys_failed_on_the_path_of_one_provider() {
        for (Route route : List.of(NAMED, new Route.DefaultModels(GROQ))) {
            var requestAttempts = begin(route).failedAt(failed(limited()));

            assertEquals(
                    new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, requestAttempts.failed(), shortage(NOW))),
                    Failover.next(requestAttempts, none(NOW.plusSeconds(1)), NOW));
        }
    }

    @Test
    void says_that_all_providers_failed_on_the_path_of_default_models() {
        var requestAttempts = begin(ANY).failedAt(failed(limited()));

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllProvidersFailed(requestAttempts.failed(), shortage(NOW))),
                Failover.next(requestAttempts, none(NOW.plusSeconds(1)), NOW));
    }

    @Test
    void does_not_wait_for_a_cooling_key_unless_told_to() {
        assertInstanceOf(Step.GiveUp.class, Failover.next(begin(ANY), none(NOW.plusMillis(1)), NOW));
    }

    @Test
    void waits_for_a_key_that_is_ready_within_the_requests_patience() {
        var patient = RequestAttempts.begin(
                ANY, new RequestLimits(0, Duration.ofSeconds(5), 1000, Duration.ofMinutes(2)).terms(true, NOW));

        assertEquals(new Step.Wait(NOW.plusSeconds(5)), Failover.next(patient, none(NOW.plusSeconds(5)), NOW));
        assertInstanceOf(Step.GiveUp.class, Failover.next(patient, none(NOW.plusMillis(5001)), NOW));
    }

    @Test
    void does_not_wait_beyond_the_deadline() {
        var late = RequestAttempts.begin(
                ANY, new RequestLimits(0, Duration.ofMinutes(5), 1000, Duration.ofMinutes(2)).terms(true, NOW));

        assertInstanceOf(Step.GiveUp.class, Failover.next(late, none(NOW.plusSeconds(121)), NOW));
    }

    @Test
    void waits_for_the_outcome_of_a_probe_even_without_patience() {
        var trialEnds = NOW.plusSeconds(20);

        var step = Failover.next(begin(ANY), choosing(new KeySelection.NoneReady(null, trialEnds)), NOW);

        assertEquals(new Step.Wait(trialEnds), step);
    }

    @Test
    void waits_for_a_probe_no_longer_than_its_own_deadline() {
        var trialEnds = NOW.plus(Duration.ofHours(1));

        var step = Failover.next(begin(ANY), choosing(new KeySelection.NoneReady(null, trialEnds)), NOW);

        assertEquals(new Step.Wait(NOW.plus(requestLimits.requestTimeout())), step);
    }

    @Test
    void blames_rate_limits_alone_only_when_nothing_else_kept_keys_away() {
        var limitedOnly = new Exhaustion.AllKeysFailed(GROQ, List.of(failed(limited())), shortage(NOW));
        var refusedToo = new Exhaustion.AllKeysFailed(
                GROQ, List.of(failed(limited()), failed(new Failure.KeyRefused("no"))), shortage(NOW));
        var coolingAfterOutage = new Exhaustion.AllProvidersFailed(
                List.of(),
                new Unavailability(
                        List.of(resting(Failure.Kind.RATE_LIMITED), resting(Failure.Kind.UNAVAILABLE)), NOW));

        assertTrue(limitedOnly.isByRateLimit());
        assertFalse(refusedToo.isByRateLimit());
        assertFalse(coolingAfterOutage.isByRateLimit());
    }

    @Test
    void does_not_count_keys_that_do_not_work_at_all_when_it_blames_rate_limits() {
        var exhaustion = new Exhaustion.AllProvidersFailed(
                List.of(),
                new Unavailability(
                        List.of(resting(Failure.Kind.RATE_LIMITED), resting(Failure.Kind.KEY_REFUSED)), NOW));

        assertTrue(exhaustion.isByRateLimit());
    }

    static List<Failure> failuresWorthAnotherKey() {
        return List.of(
                limited(),
                new Failure.Overloaded("busy", null),
                new Failure.KeyRefused("no"),
                new Failure.AccountBlocked("unpaid"),
                new Failure.ModelUnavailable(NO),
                new Failure.Unavailable("down", null),
                new Failure.TimedOut("slow"),
                new Failure.EmptyReply("nothing"));
    }

    private RequestAttempts begin(Route route) {
        return RequestAttempts.begin(route, requestLimits.terms(true, NOW));
    }

    private static Failure limited() {
        return new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN);
    }

    private static FailedAttempt failed(Failure failure) {
        return failedAt(GROQ, failure);
    }

    private static FailedAttempt failedAt(ProviderId provider, Failure failure) {
        return new FailedAttempt(target(provider, 1), failure, false);
    }

    private static Step stopped(RequestAttempts requestAttempts) {
        return new Step.GiveUp(new Exhaustion.Stopped(requestAttempts.failed()));
    }

    private static Target target(int ordinal) {
        return target(GROQ, ordinal);
    }

    private static Target target(ProviderId provider, int ordinal) {
        var key = new PoolKey(new KeySlot(provider, ordinal), new QuotaGroup(provider, "g" + ordinal), "00000000");
        return new Target(key, new ModelId("m"), true);
    }

    private static Unavailability.CoolingKey resting(Failure.Kind reason) {
        return resting(GROQ, reason);
    }

    private static Unavailability.CoolingKey resting(ProviderId provider, Failure.Kind reason) {
        return new Unavailability.CoolingKey(target(provider, 1).key(), reason, false, NOW);
    }

    private static Unavailability shortage(Instant readyAt) {
        return new Unavailability(List.of(), readyAt);
    }

    private static KeySelector ready() {
        return choosing(new Step.Attempt(target(2), Set.of(), NOW));
    }

    private static KeySelector none(Instant readyAt) {
        return choosing(new KeySelection.NoneReady(readyAt, null));
    }

    private static KeySelector choosing(KeySelection keySelection) {
        return chooser(keySelection, shortage(NOW));
    }

    private static KeySelector without(Unavailability unavailability) {
        return chooser(new KeySelection.NoneReady(null, null), unavailability);
    }

    private static KeySelector chooser(KeySelection keySelection, Unavailability unavailability) {
        return new KeySelector() {
            @Override
            public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
                return keySelection;
            }

            @Override
            public Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
                return unavailability;
            }
        };
    }

    @Test
    void takes_what_is_ready_before_the_probe_it_waits_for_is_over() {
        var choice = new KeySelection.NoneReady(NOW.plusSeconds(1), NOW.plusSeconds(20));

        assertEquals(new Step.Wait(NOW.plusSeconds(1)), Failover.next(begin(ANY), choosing(choice), NOW));
    }
}
