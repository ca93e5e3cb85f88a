package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.KnownCooldown;
import io.keywheel.domain.status.PoolStatus.Phase;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pool status that users see.
class PoolInspectorTest extends PoolFixture {

    @Test
    void status_shows_each_key_with_its_state_and_counts() {
        two.fail(limited(A_MINUTE));
        two.answered(two.attempt());

        KeyStatus cooling = two.shown().get(0);
        KeyStatus ready = two.shown().get(1);

        assertEquals(
                new KeyState.Cooling(Failure.Kind.RATE_LIMITED, false, two.now, two.now.plus(A_MINUTE)),
                cooling.state());
        assertEquals(new Tally(1, Map.of(Failure.Kind.RATE_LIMITED, 1L), two.now), cooling.tally());
        assertEquals(new KeyState.Ready(), ready.state());
        assertEquals(new Tally(1, Map.of(), two.now), ready.tally());
        two.pass(A_MINUTE);
        Step.Attempt probe = two.attempt();
        assertEquals(
                new KeyState.Probing(Failure.Kind.RATE_LIMITED, START),
                two.shown().getFirst().state());
        two.failed(probe, new Failure.EmptyReply("nothing"));
        assertEquals(
                new Tally(2, Map.of(Failure.Kind.RATE_LIMITED, 1L, Failure.Kind.EMPTY_REPLY, 1L), two.now),
                two.shown().getFirst().tally());
    }

    @Test
    void model_state_is_shown_in_the_status_but_not_in_the_overview() {
        one.fail(groqs(SMALL), limited(A_MINUTE));

        assertEquals(new KeyState.Ready(), onlyKey().state());
        assertEquals(SMALL, onlyKey().models().getFirst().model());
        KeyStatus overview = one.keyPool
                .status(one.now, Duration.ZERO, false)
                .providers()
                .getFirst()
                .keys()
                .getFirst();
        assertEquals(onlyKey().state(), overview.state());
        assertEquals(List.of(), overview.models());
    }

    @Test
    void key_with_quota_for_a_small_request_is_shown_as_ready() {
        RequestAttempts large = one.needing(5000);
        one.answered(one.attempt(large), tokensLeft(3000, A_MINUTE));

        assertEquals(1, one.unavailability(large).cooling().size());
        assertEquals(List.of(), one.unavailability().cooling());
        assertEquals(new KeyState.Ready(), onlyKey().state());
    }

    @Test
    void cooldown_from_an_empty_bucket_is_shown_as_foreseen() {
        two.answered(two.attempt(), spentFor(A_MINUTE));
        two.fail(limited(A_MINUTE));

        assertEquals(
                List.of(true, false),
                two.shown().stream()
                        .map(key -> ((KeyState.Cooling) key.state()).foreseen())
                        .toList());
        assertEquals(
                List.of(true, false),
                two.shown().stream()
                        .map(key -> key.known().getFirst().foreseen())
                        .toList());
    }

    @ParameterizedTest(name = "quota shortage of 60 s, outage of {0} s: {1} s")
    @CsvSource({"10, 60", "300, 300"})
    void later_end_of_quota_shortage_and_outage_is_shown(long outage, long shown) {
        Step.Attempt other = two.attempt();
        two.answered(two.attempt(), spentFor(A_MINUTE));
        two.failed(other, new Failure.Unavailable("maintenance", Duration.ofSeconds(outage)));

        var state = (KeyState.Cooling) two.shown().getLast().state();
        assertEquals(two.now.plusSeconds(shown), state.until());
    }

    @Test
    void calls_in_flight_are_shown_with_the_next_admission_time() {
        one.answeredBy();
        assertEquals(List.of(), onlyKey().models());

        one.fail(limited(A_MINUTE));
        one.pass(A_MINUTE);
        one.attempt();

        var model = onlyKey().models().getFirst();
        assertEquals(1, model.pending());
        assertEquals(one.now.plusSeconds(1), model.fullUntil());
    }

    @Test
    void last_use_is_the_start_of_the_latest_attempt() {
        Step.Attempt first = one.attempt();
        one.pass(A_MINUTE);
        Step.Attempt second = one.attempt();

        one.answered(second);
        one.answered(first);

        assertEquals(second.startedAt(), onlyKey().tally().lastUse());
    }

    @Test
    void status_shows_the_next_provider_and_the_available_providers() {
        var providers = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));

        assertEquals(GROQ, providers.status().current());
        providers.answeredBy(anyModel());
        assertEquals(CEREBRAS, providers.status().current());
        providers.fail(anyModel(), new Failure.TimedOut("slow"));
        providers.answeredBy(anyModel());
        assertEquals(GROQ, providers.status().current(), "the other one cools");
        assertEquals(List.of(true, false), ableToAnswer(providers));
    }

    @Test
    void keys_are_usable_if_they_are_for_a_model_of_a_redefined_auto() {
        Route auto = Route.of(List.of(new RouteTarget(GROQ, SMALL), new RouteTarget(GROQ, new ModelId("tiny"))));
        two.reload("auto", auto, provider(GROQ, "a", "b"));
        two.fail(limited(A_MINUTE));
        two.fail(limited(A_MINUTE));
        assertEquals(2, two.status().providers().getFirst().usableKeys());

        two.fail(groqs(SMALL), limited(A_MINUTE));
        two.fail(groqs(SMALL), limited(A_MINUTE));
        assertEquals(2, two.status().providers().getFirst().usableKeys());
        assertEquals(two.now, two.status().readyAt());

        two.fail(groqs(new ModelId("tiny")), limited(A_SECOND));
        two.fail(groqs(new ModelId("tiny")), limited(A_MINUTE));
        assertEquals(0, two.status().providers().getFirst().usableKeys());
        assertEquals(two.now.plus(A_SECOND), two.status().readyAt());
    }

    @Test
    void keys_outside_a_redefined_auto_are_usable_for_the_default_model() {
        two.reload("auto", groqs(SMALL), provider(GROQ, "a"), provider(CEREBRAS, "b"));
        two.fail(groqs(SMALL), limited(A_MINUTE));

        assertEquals(List.of(false, true), ableToAnswer(two));
        assertEquals(GROQ, two.status().current(), "a request without a model would ask no other");

        two.fail(Route.to(CEREBRAS, BIG), limited(A_SECOND));
        assertEquals(List.of(false, false), ableToAnswer(two));
        assertEquals(two.now.plus(A_SECOND), two.status().readyAt());
    }

    @Test
    void next_provider_is_that_of_the_first_tier_with_a_ready_key() {
        Route tiers = new Route(List.of(
                new Tier(List.of(new RouteTarget(CEREBRAS, SMALL))), new Tier(List.of(new RouteTarget(GROQ, SMALL)))));
        two.reload("auto", tiers, provider(GROQ, "a"), provider(CEREBRAS, "b"));
        assertEquals(CEREBRAS, two.status().current());

        two.fail(Route.to(CEREBRAS, SMALL), limited(A_MINUTE));
        assertEquals(GROQ, two.status().current());
    }

    /// Otherwise a load balancer would never send the request that probes the provider.
    @Test
    void keys_are_usable_when_the_outage_of_their_provider_is_over() {
        one.fail(new Failure.Unavailable("maintenance", A_MINUTE));
        one.pass(A_MINUTE);

        assertEquals(1, one.status().providers().getFirst().usableKeys());
        assertEquals(one.now, one.status().readyAt());

        one.attempt();
        assertEquals(0, one.status().providers().getFirst().usableKeys(), "while its probe runs");
    }

    @Test
    void auto_may_have_no_target_at_a_provider_with_keys() {
        two.reload("auto", Route.to(CEREBRAS, SMALL), provider(GROQ, "a"));

        assertEquals(List.of(true), ableToAnswer(two));
        assertEquals(GROQ, two.status().current());
    }

    private static List<Boolean> ableToAnswer(TestPool pool) {
        return pool.status().providers().stream().map(ProviderStatus::canAnswer).toList();
    }

    @Test
    void failures_are_shown_by_scope_until_a_success_ends_them() {
        Instant since = one.now;
        one.fail(groqs(SMALL), limited(A_MINUTE));
        one.fail(unavailable());

        var group = new Scope.OfGroupModel(new QuotaGroup(GROQ, "a"), SMALL);
        var outage = new KnownCooldown(
                new Scope.OfProvider(GROQ),
                Failure.Kind.UNAVAILABLE,
                false,
                since,
                since.plusMillis(500),
                Phase.COOLING);
        assertEquals(
                List.of(outage, limitOf(group, since, Phase.COOLING)), onlyKey().known());

        one.pass(A_MINUTE);
        one.answeredBy();
        assertEquals(
                List.of(limitOf(group, since, Phase.TO_BE_TRIED)), onlyKey().known());

        one.attempt(groqs(SMALL));
        assertEquals(List.of(limitOf(group, since, Phase.ON_TRIAL)), onlyKey().known());
    }

    private static KnownCooldown limitOf(Scope scope, Instant since, Phase phase) {
        return new KnownCooldown(scope, Failure.Kind.RATE_LIMITED, false, since, since.plus(A_MINUTE), phase);
    }

    @ParameterizedTest(name = "{0} keys, {1} models: {2} shown")
    @CsvSource({"2, 0, 0", "2, 1, 1", "2, 49, 49", "2, 50, 49", "2, 100, 49", "10000, 16, 1"})
    void status_lists_some_models_per_key_and_counts_the_others(int keys, int models, int shown) {
        var groups = new String[keys];
        Arrays.fill(groups, "org");
        var pool = new TestPool(provider(GROQ, groups));
        for (int i = 0; i < models; i++) {
            Route model = groqs(new ModelId("model-" + i));
            pool.answeredBy(model);
            pool.fail(model, limited(A_MINUTE));
        }

        ProviderStatus status = pool.status().providers().getFirst();

        // The default model takes one of the 50 places, and has no state to show.
        assertTrue(status.keys().stream()
                .allMatch(key -> key.models().size() == shown && key.known().size() == shown));
        assertEquals(models - shown, status.moreModels());
    }

    private KeyStatus onlyKey() {
        return one.shown().getFirst();
    }
}
