package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyPoolCooldownTest extends PoolFixture {

    private static final KeySelector.Selection AN_HOUR_LATER =
            new KeySelector.NoneReady(START.plus(Duration.ofHours(1)), null);

    static List<Arguments> scopes() {
        return List.of(
                arguments("quota group and model", limited(A_MINUTE), "groq/3", "groq/1"),
                arguments("quota group and model", new Failure.ModelUnavailable(NO), "groq/3", "groq/1"),
                arguments("key", new Failure.KeyRefused("invalid key"), "groq/2", "groq/2"),
                arguments("quota group", new Failure.AccountBlocked("unpaid"), "groq/3", "groq/3"));
    }

    @ParameterizedTest(name = "{1} cools its {0}")
    @MethodSource("scopes")
    void failure_cools_its_key_or_quota_group(
            String scope, Failure failure, String nextForTheModel, String nextForAnother) {
        var pool = new TestPool(provider(GROQ, "org", "org", "other"));
        pool.fail(failure);

        assertEquals(nextForTheModel, pool.answeredBy(), scope);
        assertEquals(nextForAnother, pool.answeredBy(groqs(SMALL)), scope);
    }

    @Test
    void overload_cools_only_the_model_of_the_provider() {
        var pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
        pool.fail(anyModel(), new Failure.Overloaded("queue full", null));

        assertEquals(pool.now.plusSeconds(1), pool.readyAt());
        assertEquals(List.of("cerebras/1", "cerebras/1"), pool.answers(anyModel(), 2));
        assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void request_after_an_outage_probes_another_overloaded_model() {
        RequestAttempts request = foundDownAfter(new Failure.Overloaded("busy", null));

        Step.Attempt probe = two.attempt(request);

        assertEquals(BIG, probe.target().model());
        assertTrue(probe.probes().contains(new Scope.OfModel(GROQ, BIG)));
        assertTrue(two.isOpen(probe, request));
    }

    @Test
    void limited_key_is_not_tried_again_before_the_requested_pause_of_its_provider_ends() {
        RequestAttempts request = two.failing(two.request(), limited(A_SECOND));
        request = two.failing(request, new Failure.Overloaded("busy", A_MINUTE)).waitingUntil(two.now.plus(A_MINUTE));

        assertEquals(two.readyIn(A_MINUTE), two.choose(request));
        two.pass(A_SECOND);
        assertEquals(two.readyIn(A_MINUTE.minus(A_SECOND)), two.choose(request));
    }

    /// A request for two models: the big one has failed before, the small one fails with each key.
    private RequestAttempts foundDownAfter(Failure failure) {
        two.fail(failure);
        RequestAttempts request =
                two.request(Route.of(List.of(new RouteTarget(GROQ, BIG), new RouteTarget(GROQ, SMALL))));
        for (int i = 0; i < 2; i++) {
            request = two.failing(request, unavailable());
            assertEquals(SMALL, request.failed().getLast().target().model());
        }
        return request;
    }

    static List<Failure> failuresOfTheKey() {
        return List.of(new Failure.KeyRefused("invalid key"), new Failure.AccountBlocked("unpaid"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheKey")
    void key_with_insufficient_quota_is_ready_when_its_longer_cooldown_ends(Failure failure) {
        Step.Attempt ofAnotherModel = one.attempt();
        one.answered(one.attempt(groqs(SMALL)), spentFor(A_MINUTE));
        var afterAMinute = one.readyIn(A_MINUTE);
        assertEquals(afterAMinute, one.choose(groqs(SMALL)));

        one.failed(ofAnotherModel, failure);

        assertEquals(AN_HOUR_LATER, one.choose(groqs(SMALL)));
    }

    @ParameterizedTest(name = "from {0} to {1} s: {2} events")
    @CsvSource({"3599, 3600, 0", "3600, 3601, 1", "1, 604800, 1", "3601, 604800, 0"})
    void cooldown_that_grows_beyond_an_hour_is_reported_again(long first, long then, int events) {
        Step.Attempt early = one.attempt();
        Step.Attempt other = one.attempt();
        one.failed(early, limited(Duration.ofSeconds(first)));

        assertEquals(
                events, one.failed(other, limited(Duration.ofSeconds(then))).size());
    }
}
