package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
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
    private static final Refusal NO = new Refusal(400, "no", null, null, null);

    private final Limits limits = new Limits(0, Duration.ZERO, 1000, Duration.ofMinutes(2));

    @Test
    void attempts_the_key_that_was_chosen() {
        Set<Scope> trials = Set.of(new Scope.OfProvider(GROQ));

        var step = Failover.next(begin(ANY), choosing(new Choice.Chosen(target(1), trials)), NOW);

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
        var journey = Journey.begin(ANY, limits.terms(false, NOW)).failedAt(failed(failure));

        assertEquals(stopped(journey), Failover.next(journey, ready(), NOW));
    }

    @Test
    void never_retries_what_was_rejected_or_interrupted_or_cancelled() {
        for (Failure failure :
                List.of(new Failure.Rejected(NO), new Failure.Interrupted("cut"), new Failure.Cancelled())) {
            var journey = begin(ANY).failedAt(failed(failure));

            assertEquals(stopped(journey), Failover.next(journey, ready(), NOW));
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
                var journey = begin(route).failedAt(failed(failure));

                assertEquals(stopped(journey), Failover.next(journey, ready(), NOW));
            }
        }
    }

    @Test
    void returns_what_the_only_provider_of_the_pool_could_not_take() {
        var journey = begin(ANY).failedAt(failed(new Failure.TooLarge(NO)));

        assertEquals(stopped(journey), Failover.next(journey, choosing(new Choice.NoneReady(null, null)), NOW));
    }

    @Test
    void returns_the_last_refusal_when_every_provider_of_the_pool_refused_the_request() {
        var journey = begin(ANY)
                .failedAt(failed(new Failure.Unsupported(NO)))
                .failedAt(failedAt(CEREBRAS, new Failure.TooLarge(NO)));
        var neverToComeBack = new Shortage(List.of(resting(CEREBRAS, Failure.Kind.KEY_REFUSED)), NOW);

        assertEquals(stopped(journey), Failover.next(journey, without(neverToComeBack), NOW));
    }

    @Test
    void says_that_all_failed_while_a_provider_that_did_not_refuse_the_request_may_come_back() {
        var journey = begin(ANY).failedAt(failed(new Failure.Unsupported(NO)));
        var cerebrasRests = new Shortage(List.of(resting(CEREBRAS, Failure.Kind.RATE_LIMITED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllProvidersFailed(journey.failed(), cerebrasRests)),
                Failover.next(journey, without(cerebrasRests), NOW));
    }

    @Test
    void says_that_there_is_no_such_model_when_no_working_key_can_use_it() {
        var journey = begin(NAMED).failedAt(failed(new Failure.ModelUnavailable(NO)));
        var noModel = new Shortage(
                List.of(resting(Failure.Kind.MODEL_UNAVAILABLE), resting(Failure.Kind.ACCOUNT_BLOCKED)), NOW);

        for (Journey asked : List.of(journey, begin(NAMED))) {
            assertEquals(
                    new Step.GiveUp(new Exhaustion.NoSuchModel(GROQ, new ModelId("m"), asked.failed())),
                    Failover.next(asked, without(noModel), NOW));
        }
    }

    @Test
    void does_not_say_that_there_is_no_such_model_while_a_key_that_may_have_it_rests() {
        var journey = begin(NAMED).failedAt(failed(new Failure.ModelUnavailable(NO)));
        var limitedToo =
                new Shortage(List.of(resting(Failure.Kind.MODEL_UNAVAILABLE), resting(Failure.Kind.RATE_LIMITED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, journey.failed(), limitedToo)),
                Failover.next(journey, without(limitedToo), NOW));
    }

    @Test
    void does_not_say_that_there_is_no_such_model_when_a_key_failed_for_another_reason() {
        var journey = begin(NAMED).failedAt(failed(new Failure.EmptyReply("nothing")));
        var noModel = new Shortage(List.of(resting(Failure.Kind.MODEL_UNAVAILABLE)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, journey.failed(), noModel)),
                Failover.next(journey, without(noModel), NOW));
    }

    @Test
    void does_not_say_that_there_is_no_such_model_when_no_key_works_at_all() {
        var noKey = new Shortage(List.of(resting(Failure.Kind.KEY_REFUSED)), NOW);

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, List.of(), noKey)),
                Failover.next(begin(NAMED), without(noKey), NOW));
    }

    @Test
    void gives_up_at_the_deadline_whatever_is_ready() {
        var journey = begin(ANY).failedAt(failed(limited()));

        var step = Failover.next(journey, ready(), NOW.plus(limits.requestTimeout()));

        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed(journey.failed())), step);
    }

    @Test
    void says_that_time_ran_out_when_it_ended_an_attempt() {
        var journey = begin(ANY).failedAt(failed(new Failure.OutOfTime()));

        assertEquals(
                new Step.GiveUp(new Exhaustion.DeadlinePassed(journey.failed())), Failover.next(journey, ready(), NOW));
    }

    @Test
    void makes_no_more_attempts_than_allowed() {
        var terms = new Limits(2, Duration.ZERO, 1000, Duration.ofMinutes(2)).terms(true, NOW);
        var once = Journey.begin(NAMED, terms).failedAt(failed(limited()));

        assertInstanceOf(Step.Attempt.class, Failover.next(once, ready(), NOW));
        assertInstanceOf(Step.GiveUp.class, Failover.next(once.failedAt(failed(limited())), ready(), NOW));
    }

    @Test
    void says_whose_keys_failed_on_the_path_of_one_provider() {
        for (Route route : List.of(NAMED, new Route.DefaultModels(GROQ))) {
            var journey = begin(route).failedAt(failed(limited()));

            assertEquals(
                    new Step.GiveUp(new Exhaustion.AllKeysFailed(GROQ, journey.failed(), shortage(NOW))),
                    Failover.next(journey, none(NOW.plusSeconds(1)), NOW));
        }
    }

    @Test
    void says_that_all_providers_failed_on_the_path_of_default_models() {
        var journey = begin(ANY).failedAt(failed(limited()));

        assertEquals(
                new Step.GiveUp(new Exhaustion.AllProvidersFailed(journey.failed(), shortage(NOW))),
                Failover.next(journey, none(NOW.plusSeconds(1)), NOW));
    }

    @Test
    void does_not_wait_for_a_cooling_key_unless_told_to() {
        assertInstanceOf(Step.GiveUp.class, Failover.next(begin(ANY), none(NOW.plusMillis(1)), NOW));
    }

    @Test
    void waits_for_a_key_that_is_ready_within_the_requests_patience() {
        var patient =
                Journey.begin(ANY, new Limits(0, Duration.ofSeconds(5), 1000, Duration.ofMinutes(2)).terms(true, NOW));

        assertEquals(new Step.Wait(NOW.plusSeconds(5)), Failover.next(patient, none(NOW.plusSeconds(5)), NOW));
        assertInstanceOf(Step.GiveUp.class, Failover.next(patient, none(NOW.plusMillis(5001)), NOW));
    }

    @Test
    void does_not_wait_beyond_the_deadline() {
        var late =
                Journey.begin(ANY, new Limits(0, Duration.ofMinutes(5), 1000, Duration.ofMinutes(2)).terms(true, NOW));

        assertInstanceOf(Step.GiveUp.class, Failover.next(late, none(NOW.plusSeconds(121)), NOW));
    }

    @Test
    void waits_for_the_outcome_of_a_trial_even_without_patience() {
        var trialEnds = NOW.plusSeconds(20);

        var step = Failover.next(begin(ANY), choosing(new Choice.NoneReady(null, trialEnds)), NOW);

        assertEquals(new Step.Wait(trialEnds), step);
    }

    @Test
    void waits_for_a_trial_no_longer_than_its_own_deadline() {
        var trialEnds = NOW.plus(Duration.ofHours(1));

        var step = Failover.next(begin(ANY), choosing(new Choice.NoneReady(null, trialEnds)), NOW);

        assertEquals(new Step.Wait(NOW.plus(limits.requestTimeout())), step);
    }

    @Test
    void blames_rate_limits_alone_only_when_nothing_else_kept_keys_away() {
        var limitedOnly = new Exhaustion.AllKeysFailed(GROQ, List.of(failed(limited())), shortage(NOW));
        var refusedToo = new Exhaustion.AllKeysFailed(
                GROQ, List.of(failed(limited()), failed(new Failure.KeyRefused("no"))), shortage(NOW));
        var coolingAfterOutage = new Exhaustion.AllProvidersFailed(
                List.of(),
                new Shortage(List.of(resting(Failure.Kind.RATE_LIMITED), resting(Failure.Kind.UNAVAILABLE)), NOW));

        assertTrue(limitedOnly.isByRateLimit());
        assertFalse(refusedToo.isByRateLimit());
        assertFalse(coolingAfterOutage.isByRateLimit());
    }

    @Test
    void does_not_count_keys_that_do_not_work_at_all_when_it_blames_rate_limits() {
        var exhaustion = new Exhaustion.AllProvidersFailed(
                List.of(),
                new Shortage(List.of(resting(Failure.Kind.RATE_LIMITED), resting(Failure.Kind.KEY_REFUSED)), NOW));

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

    private Journey begin(Route route) {
        return Journey.begin(route, limits.terms(true, NOW));
    }

    private static Failure limited() {
        return new Failure.RateLimited("too many", null, Allowance.UNKNOWN);
    }

    private static FailedAttempt failed(Failure failure) {
        return failedAt(GROQ, failure);
    }

    private static FailedAttempt failedAt(ProviderId provider, Failure failure) {
        return new FailedAttempt(target(provider, 1), failure, false);
    }

    private static Step stopped(Journey journey) {
        return new Step.GiveUp(new Exhaustion.Stopped(journey.failed().getLast(), journey.failed()));
    }

    private static Target target(int ordinal) {
        return target(GROQ, ordinal);
    }

    private static Target target(ProviderId provider, int ordinal) {
        var key = new PoolKey(new KeySlot(provider, ordinal), new QuotaGroup(provider, "g" + ordinal), "00000000");
        return new Target(key, new ModelId("m"), true);
    }

    private static Shortage.RestingKey resting(Failure.Kind reason) {
        return resting(GROQ, reason);
    }

    private static Shortage.RestingKey resting(ProviderId provider, Failure.Kind reason) {
        return new Shortage.RestingKey(target(provider, 1).key(), reason, false, NOW);
    }

    private static Shortage shortage(Instant readyAt) {
        return new Shortage(List.of(), readyAt);
    }

    private static KeyChooser ready() {
        return choosing(new Choice.Chosen(target(2), Set.of()));
    }

    private static KeyChooser none(Instant readyAt) {
        return choosing(new Choice.NoneReady(readyAt, null));
    }

    private static KeyChooser choosing(Choice choice) {
        return chooser(choice, shortage(NOW));
    }

    private static KeyChooser without(Shortage shortage) {
        return chooser(new Choice.NoneReady(null, null), shortage);
    }

    private static KeyChooser chooser(Choice choice, Shortage shortage) {
        return new KeyChooser() {
            @Override
            public Choice choose(Journey journey, Instant now) {
                return choice;
            }

            @Override
            public Shortage shortage(Journey journey, Instant now) {
                return shortage;
            }
        };
    }

    @Test
    void takes_what_is_ready_before_the_trial_it_waits_for_is_over() {
        var choice = new Choice.NoneReady(NOW.plusSeconds(1), NOW.plusSeconds(20));

        assertEquals(new Step.Wait(NOW.plusSeconds(1)), Failover.next(begin(ANY), choosing(choice), NOW));
    }
}
