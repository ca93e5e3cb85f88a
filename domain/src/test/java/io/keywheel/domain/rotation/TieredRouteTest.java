package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Order of attempts on routes with several tiers and targets.
class TieredRouteTest extends PoolFixture {

    private static final RouteTarget BIG_AT_GROQ = new RouteTarget(GROQ, BIG);
    private static final RouteTarget SMALL_AT_GROQ = new RouteTarget(GROQ, SMALL);
    private static final RouteTarget SMALL_AT_CEREBRAS = new RouteTarget(CEREBRAS, SMALL);
    private static final Failure TOO_LARGE = new Failure.TooLarge(NO);
    private static final Failure MISSING = new Failure.ModelUnavailable(NO);
    private static final Failure LIMITED =
            new Failure.RateLimited("too many", Duration.ofMinutes(5), RateLimitStatus.UNKNOWN);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

    private static Route tiers(Tier.Member... each) {
        return new Route(
                List.of(each).stream().map(one -> new Tier(List.of(one))).toList());
    }

    static List<Arguments> orders() {
        Route bigThenSmall = tiers(BIG_AT_GROQ, SMALL_AT_GROQ);
        Route both = Route.of(List.of(BIG_AT_GROQ, SMALL_AT_CEREBRAS));
        return List.of(
                arguments(
                        "all keys of a tier before the next tier",
                        bigThenSmall,
                        List.of(empty(), empty(), empty(), empty()),
                        List.of("groq/1 big", "groq/2 big", "groq/1 small", "groq/2 small")),
                arguments(
                        "the next tier immediately, if the model refuses the request",
                        bigThenSmall,
                        List.of(TOO_LARGE, TOO_LARGE),
                        List.of("groq/1 big", "groq/1 small")),
                arguments(
                        "the next tier for the keys that lack the model",
                        bigThenSmall,
                        List.of(MISSING, MISSING, empty()),
                        List.of("groq/1 big", "groq/2 big", "groq/1 small")),
                arguments(
                        "targets of a tier in turn",
                        both,
                        List.of(empty(), empty(), empty()),
                        List.of("groq/1 big", "cerebras/1 small", "groq/2 big")),
                arguments(
                        "another model of a provider in its place, though one is overloaded",
                        tiers(BIG_AT_GROQ, SMALL_AT_GROQ, SMALL_AT_CEREBRAS),
                        List.of(new Failure.Overloaded("busy", null), empty(), empty(), empty()),
                        List.of("groq/1 big", "groq/1 small", "groq/2 small", "cerebras/1 small")),
                arguments(
                        "a provider that is down after all tiers of the others",
                        tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS),
                        List.of(unavailable(), empty(), empty()),
                        List.of("groq/1 big", "cerebras/1 small", "groq/2 big")),
                arguments(
                        "all keys of a provider that is down, if it is the only one",
                        tiers(BIG_AT_GROQ),
                        List.of(unavailable(), unavailable()),
                        List.of("groq/1 big", "groq/2 big")),
                arguments(
                        "a route in a tier as one target, with its tiers in order",
                        Route.of(List.of(bigThenSmall, SMALL_AT_CEREBRAS)),
                        List.of(TOO_LARGE, empty(), TOO_LARGE, empty()),
                        List.of("groq/1 big", "cerebras/1 small", "groq/1 small")),
                arguments(
                        "each provider's default model in a tier",
                        tiers(SMALL_AT_GROQ, Route.AUTO),
                        List.of(TOO_LARGE, TOO_LARGE, empty()),
                        List.of("groq/1 small", "groq/1 big", "cerebras/1 big")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    void request_tries_the_targets_of_a_tiered_route_in_order(
            String what, Route route, List<Failure> failures, List<String> order) {
        RequestAttempts request = pool.request(route);
        for (Failure failure : failures) {
            if (pool.choose(request) instanceof Step.Attempt attempt) {
                pool.failed(attempt, failure);
                request = request.withFailure(attempt.failed(failure));
            }
        }

        assertEquals(order, asked(request), what);
    }

    @Test
    void nested_route_takes_one_turn_among_the_targets_of_a_tier() {
        Route route = Route.of(List.of(tiers(BIG_AT_GROQ, SMALL_AT_GROQ), SMALL_AT_CEREBRAS));

        List<String> answered = pool.answers(route, 6);

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1", "groq/1", "cerebras/1"), answered);
    }

    @Test
    void targets_of_a_later_tier_take_turns_while_the_first_tier_cannot_answer() {
        Route route =
                new Route(List.of(new Tier(List.of(BIG_AT_GROQ)), new Tier(List.of(SMALL_AT_GROQ, SMALL_AT_CEREBRAS))));
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2"), pool.answers(route, 3));
    }

    static List<Route> nested() {
        return List.of(tiers(BIG_AT_GROQ, SMALL_AT_GROQ), Route.of(List.of(BIG_AT_GROQ, SMALL_AT_GROQ)));
    }

    @ParameterizedTest
    @MethodSource("nested")
    void nested_route_uses_its_turn_only_when_it_gets_the_attempt(Route nested) {
        Route route = Route.of(List.of(nested, SMALL_AT_CEREBRAS));
        assertEquals(List.of("groq/1", "cerebras/1"), pool.answers(route, 2));
        for (RouteTarget target : List.of(BIG_AT_GROQ, BIG_AT_GROQ, SMALL_AT_GROQ, SMALL_AT_GROQ)) {
            pool.fail(tiers(target), LIMITED);
        }
        assertEquals("cerebras/1", pool.answeredBy(route));

        pool.pass(Duration.ofMinutes(5));

        assertTrue(pool.answeredBy(route).startsWith("groq"));
    }

    @Test
    void each_route_has_its_own_turns() {
        Route big = Route.of(List.of(BIG_AT_GROQ, SMALL_AT_CEREBRAS));
        Route small = Route.of(List.of(SMALL_AT_GROQ, SMALL_AT_CEREBRAS));

        assertEquals(
                List.of("groq/1", "groq/1", "cerebras/1", "cerebras/1"),
                Stream.of(big, small, big, small).map(pool::answeredBy).toList());
    }

    @Test
    void withdrawn_attempt_returns_the_turn_to_its_own_nested_route() {
        Route first = tiers(BIG_AT_GROQ, SMALL_AT_GROQ);
        Route second = tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS);
        Route route = Route.of(List.of(first, second));
        RequestAttempts request = pool.request(route);
        pool.withdraw(pool.attempt(request), request);
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);

        assertEquals("groq/1", pool.answeredBy(route));
        assertEquals("cerebras/1", pool.answeredBy(route));
    }

    static List<Route> tieredRoutes() {
        Route bigThenSmall = tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS);
        return List.of(bigThenSmall, Route.of(List.of(bigThenSmall, tiers(BIG_AT_GROQ, SMALL_AT_GROQ))));
    }

    @ParameterizedTest
    @MethodSource("tieredRoutes")
    void request_without_fallback_uses_only_the_first_tier_also_of_nested_routes(Route route) {
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);
        pool.fail(tiers(BIG_AT_GROQ), LIMITED);
        RequestTerms once = new RequestTerms(false, 0, pool.now, pool.now.plusSeconds(120));

        KeySelector.Selection chosen = pool.choose(RequestAttempts.begin(route, once, TokenEstimate.of(0)));

        assertInstanceOf(KeySelector.NoneReady.class, chosen);
    }

    @Test
    void targets_take_turns_within_a_nested_route() {
        Tier both = new Tier(List.of(BIG_AT_GROQ, SMALL_AT_CEREBRAS));
        Route nested = new Route(List.of(both, new Tier(List.of(SMALL_AT_GROQ))));
        Route route = Route.of(List.of(nested, new RouteTarget(CEREBRAS, BIG)));
        List<RequestAttempts> asked = Stream.generate(() -> pool.failing(pool.request(route), empty()))
                .limit(4)
                .toList();

        assertEquals(
                List.of("groq/1 big", "cerebras/1 big", "cerebras/1 small", "cerebras/1 big"),
                asked.stream().flatMap(request -> asked(request).stream()).toList());
    }

    @Test
    void default_model_of_a_removed_provider_is_skipped_in_a_nested_route() {
        RouteTarget gone = RouteTarget.ofDefaultModel(new ProviderId("gone"));
        Route route = Route.of(List.of(tiers(gone, SMALL_AT_CEREBRAS), BIG_AT_GROQ));

        RequestAttempts failing = pool.failing(pool.request(route), empty());

        assertEquals("groq/1", slot(pool.attempt(failing)));
    }

    static List<Arguments> ends() {
        return List.of(
                arguments(tiers(BIG_AT_GROQ, SMALL_AT_GROQ), LIMITED, Exhaustion.AllFailed.class),
                arguments(tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS), LIMITED, Exhaustion.AllFailed.class),
                arguments(tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS), TOO_LARGE, Exhaustion.Stopped.class),
                arguments(tiers(BIG_AT_GROQ, SMALL_AT_GROQ), TOO_LARGE, Exhaustion.Stopped.class),
                arguments(tiers(BIG_AT_GROQ), MISSING, Exhaustion.NoSuchModel.class),
                arguments(tiers(BIG_AT_GROQ, SMALL_AT_CEREBRAS), MISSING, Exhaustion.NoSuchModel.class),
                // A default model comes from the settings, so a client cannot have misspelt it.
                arguments(
                        tiers(BIG_AT_GROQ, RouteTarget.ofDefaultModel(CEREBRAS)), MISSING, Exhaustion.AllFailed.class),
                arguments(Route.AUTO, MISSING, Exhaustion.AllFailed.class));
    }

    @ParameterizedTest(name = "{0} of {1} alone: {2}")
    @MethodSource("ends")
    void failure_of_all_targets_selects_the_exhaustion(Route route, Failure failure, Class<? extends Exhaustion> end) {
        RequestAttempts request = pool.request(route);
        Step step = pool.next(request);
        while (step instanceof Step.Attempt attempt) {
            pool.failed(attempt, failure);
            request = request.withFailure(attempt.failed(failure));
            step = pool.next(request);
        }

        assertInstanceOf(end, assertInstanceOf(Step.GiveUp.class, step).exhaustion());
    }

    @ParameterizedTest
    @MethodSource("tieredRoutes")
    void unknown_model_of_a_request_without_fallback_names_only_the_first_tier(Route route) {
        pool.fail(Route.to(GROQ, BIG), MISSING);
        pool.fail(Route.to(GROQ, BIG), MISSING);
        RequestTerms once = new RequestTerms(false, 0, pool.now, pool.now.plusSeconds(120));

        Step step = pool.next(RequestAttempts.begin(route, once, TokenEstimate.of(0)));

        var end = assertInstanceOf(
                Exhaustion.NoSuchModel.class,
                assertInstanceOf(Step.GiveUp.class, step).exhaustion());
        assertEquals(List.of(BIG_AT_GROQ), end.route().members().distinct().toList());
    }

    private static List<String> asked(RequestAttempts request) {
        var asked = new ArrayList<String>();
        request.failed()
                .forEach(attempt -> asked.add(
                        attempt.target().key().slot() + " " + attempt.target().model()));
        return asked;
    }
}
