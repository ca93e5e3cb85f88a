package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPoolCooldownTest extends PoolFixture {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a limit cools its quota group for the model | a@org b@org c | limit 1m; next c; small next a
                    an unavailable model cools its quota group for the model | a@org b@org c | gone; next c; small next a
                    a refused key cools | a@org b@org c | refused; next b; small next b
                    a blocked account cools its quota group | a@org b@org c | blocked; next c; small next c
                    an overload cools only the model of the provider | a b & c | any busy; back in 1s; any next c c; small next a
                    a refused key without quota is ready when its longer cooldown ends | a | begin 1; small left 0 tokens 1m; small none in 1m; fail 1 refused; small none in 1h
                    a blocked key without quota is ready when its longer cooldown ends | a | begin 1; small left 0 tokens 1m; small none in 1m; fail 1 blocked; small none in 1h
                    """)
    void failure_cools_what_it_is_evidence_about(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
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
