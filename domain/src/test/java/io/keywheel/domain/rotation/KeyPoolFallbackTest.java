package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.slots;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyPoolFallbackTest {

    private static final KeySelection NONE_LEFT = new KeySelection.NoneReady(null, null);
    private static final Failure TOO_LARGE = new Failure.TooLarge(NO);
    private static final Failure UNSUPPORTED = new Failure.Unsupported(NO);

    private final TestPool testPool = new TestPool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d", "e"));

    static List<Arguments> orders() {
        return List.of(
                arguments(
                        anyModel(),
                        List.of(empty(), empty(), empty(), empty(), empty()),
                        "providers in turn, then their other keys",
                        List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/3")),
                arguments(
                        Route.toDefaultModel(CEREBRAS),
                        List.of(empty(), empty()),
                        "the keys of the provider that was named",
                        List.of("cerebras/1", "cerebras/2")),
                arguments(
                        anyModel(),
                        List.of(TOO_LARGE, UNSUPPORTED),
                        "no other key of a provider that refused the request",
                        List.of("groq/1", "cerebras/1")),
                arguments(
                        anyModel(),
                        List.of(unavailable(), empty(), empty(), empty(), empty()),
                        "a failing provider after all others",
                        List.of("groq/1", "cerebras/1", "cerebras/2", "groq/2", "groq/3")),
                arguments(
                        groqs(BIG),
                        List.of(unavailable(), unavailable(), unavailable()),
                        "all keys of a failing provider that was named",
                        List.of("groq/1", "groq/2", "groq/3")));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("orders")
    void request_falls_back_to(Route route, List<Failure> failures, String what, List<String> order) {
        RequestAttempts requestAttempts = testPool.request(route);
        for (Failure failure : failures) {
            requestAttempts = testPool.failing(requestAttempts, failure);
        }

        assertEquals(order, slots(requestAttempts), what);
        assertEquals(NONE_LEFT, testPool.choose(requestAttempts));
    }

    @Test
    void waiting_request_asks_keys_that_ask_for_next_to_no_pause_less_and_less_often() {
        RequestLimits limits = new RequestLimits(0, Duration.ofSeconds(8), 1000, Duration.ofMinutes(2));
        Instant start = testPool.now;
        RequestAttempts request = RequestAttempts.begin(groqs(BIG), limits.terms(true, start));
        var asked = new ArrayList<Long>();
        Step step = Failover.next(request, testPool.keyPool, testPool.now);
        while (!(step instanceof Step.GiveUp)) {
            switch (step) {
                case Step.Attempt attempt -> {
                    asked.add(Duration.between(start, testPool.now).toMillis());
                    testPool.failed(attempt, limited(Duration.ofMillis(1)));
                    request = request.failedAt(attempt.failed(limited(Duration.ofMillis(1))));
                }
                case Step.Wait(var until) -> testPool.pass(Duration.between(testPool.now, until));
                case Step.GiveUp _ -> {}
            }
            step = Failover.next(request, testPool.keyPool, testPool.now);
        }

        assertEquals(
                List.of(0L, 1L, 21L, 61L, 141L, 301L, 621L, 1261L, 2541L, 4541L, 6541L),
                asked.stream().distinct().toList());
    }

    @Test
    void outage_keeps_other_requests_from_the_provider() {
        testPool.fail(anyModel(), unavailable());

        assertEquals(List.of("cerebras/1", "cerebras/2"), testPool.answers(anyModel(), 2));
    }
}
