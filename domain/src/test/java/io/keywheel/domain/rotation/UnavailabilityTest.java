package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reasons for unavailable keys, and the first ready time.
class UnavailabilityTest extends PoolFixture {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    the ready time moves back when another call takes quota | a | left 1000 refilling 70s; pass 1s; back 5000t in 39s; begin 1 500t; back 5000t in 44s
                    the ready time follows a later report | a | begin 1; limit 1m; back in 1m; fail 1 limit 2m; back in 2m
                    a key is ready only after the cooldown of its provider | a b | begin 1; limit 0.1s; fail 1 down; back in 0.5s
                    an answer to another call ends the cooldown | a | begin 1; limit 1m; back in 1m; answer 1; back in 0s
                    first content of another call ends the cooldown | a | begin 1; limit 1m; back in 1m; content 1; back in 0s
                    a request with a tried key waits for the call in flight of another key | a b | begin 1; fail 1 empty; left 1 requests 1m; next a; ready; outcome 1 in 1s
                    """)
    void ready_time_is_that_of_the_first_key(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    private static Exhaustion.AllFailed allFailed(TestPool pool, RequestAttempts request) {
        Step step = pool.next(request);
        return assertInstanceOf(
                Exhaustion.AllFailed.class,
                assertInstanceOf(Step.GiveUp.class, step).exhaustion());
    }

    private static RequestAttempts failing(TestPool pool, int most, Failure failure) {
        var terms = new RequestTerms(true, most, pool.now, pool.now.plusSeconds(120));
        RequestAttempts request = RequestAttempts.begin(groqs(BIG), terms, TokenEstimate.of(0));
        for (int i = 0; i < most; i++) {
            request = pool.failing(request, failure);
        }
        return request;
    }

    @ParameterizedTest(name = "{0} keys, {1} attempts allowed: out of attempts {2}")
    @CsvSource({"1, 1, false", "2, 2, false", "2, 1, true", "3, 2, true"})
    void request_is_out_of_attempts_only_if_an_untried_key_is_ready(int keys, int most, boolean isOut) {
        var pool = new TestPool(groq(keys));

        assertEquals(isOut, allFailed(pool, failing(pool, most, empty())).outOfAttempts());
    }

    @Test
    void request_out_of_attempts_leaves_a_ready_key_available() {
        two.fail(limited(A_MINUTE));
        RequestAttempts request = failing(two, 1, limited(A_MINUTE.multipliedBy(2)));
        two.pass(A_MINUTE);

        assertTrue(allFailed(two, request).outOfAttempts());
        assertTrue(allFailed(two, request).outOfAttempts());
        assertEquals("groq/1", two.answeredBy());
    }

    @Test
    void unavailability_lists_cooling_keys_and_the_first_ready_time() {
        var keys = provider(GROQ, "a", "b").keys();
        two.fail(limited(A_MINUTE));
        two.fail(limited(Duration.ofSeconds(9)));

        var unavailability = two.unavailability();

        assertEquals(two.now.plusSeconds(9), unavailability.readyAt());
        assertEquals(
                List.of(
                        new CoolingKey(keys.get(0), BIG, Failure.Kind.RATE_LIMITED, false, two.now.plusSeconds(60)),
                        new CoolingKey(keys.get(1), BIG, Failure.Kind.RATE_LIMITED, false, two.now.plusSeconds(9))),
                unavailability.cooling());
        two.pass(Duration.ofSeconds(9));
        assertEquals(two.now, two.readyAt());
        assertEquals(1, two.unavailability().cooling().size());
    }

    @ParameterizedTest(name = "limited key first: {0}")
    @ValueSource(booleans = {true, false})
    void unavailability_depends_on_the_size_of_the_request(boolean limitedFirst) {
        if (limitedFirst) {
            two.fail(limited(A_MINUTE));
        }
        two.answered(two.attempt(two.needing(5000)), tokensLeft(3000, A_MINUTE));
        if (!limitedFirst) {
            two.fail(limited(A_MINUTE));
        }

        assertEquals(2, two.unavailability(two.needing(5000)).cooling().size());
        assertEquals(1, two.unavailability(two.needing(3000)).cooling().size());
    }

    @Test
    void unavailability_lists_50_keys_and_the_tried_ones_and_counts_the_others() {
        var many = new TestPool(groq(60));
        RequestAttempts first = many.failing(many.request(), limited(A_MINUTE));
        for (int i = 1; i < 59; i++) {
            many.fail(i < 50 ? limited(A_MINUTE) : unsupportedModel());
        }
        RequestAttempts last = many.failing(first, unsupportedModel());

        var unavailability = many.unavailability(last);

        assertEquals(51, unavailability.cooling().size());
        assertEquals("groq/60", unavailability.cooling().getLast().key().slot().toString());
        assertEquals(9, unavailability.more());
        assertEquals(Set.of(Failure.Kind.RATE_LIMITED, Failure.Kind.MODEL_UNAVAILABLE), unavailability.reasons());
    }

    private static Failure unsupportedModel() {
        return new Failure.ModelUnavailable(new UpstreamError(404, "no such model", null, null, null));
    }

    @Test
    void unavailability_lists_providers_in_configured_order() {
        var providers = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "x"));
        providers.fail(anyModel(), limited(A_MINUTE));
        providers.fail(anyModel(), unavailable());
        providers.fail(anyModel(), limited(A_MINUTE));

        assertEquals(
                List.of("groq/1", "groq/2", "cerebras/1"),
                providers.unavailability(anyModel()).cooling().stream()
                        .map(cooling -> cooling.key().slot().toString())
                        .toList());
    }
}
