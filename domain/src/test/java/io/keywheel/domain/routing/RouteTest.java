package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ProviderId CEREBRAS = new ProviderId("cerebras");
    private static final RouteTarget BIG = new RouteTarget(GROQ, new ModelId("big"));
    private static final RouteTarget SMALL = new RouteTarget(GROQ, new ModelId("small"));
    private static final RouteTarget OTHER = new RouteTarget(CEREBRAS, new ModelId("big"));
    private static final Route BIG_THEN_SMALL = new Route(List.of(new Tier(List.of(BIG)), new Tier(List.of(SMALL))));

    static List<Arguments> parts() {
        return List.of(
                arguments(Route.AUTO, GROQ, Route.to(RouteTarget.ofDefaultModel(GROQ))),
                arguments(Route.to(BIG), GROQ, Route.to(BIG)),
                arguments(Route.to(BIG), CEREBRAS, null),
                arguments(Route.of(List.of(BIG, OTHER)), CEREBRAS, Route.to(OTHER)),
                arguments(new Route(List.of(new Tier(List.of(OTHER)), new Tier(List.of(BIG)))), GROQ, Route.to(BIG)),
                arguments(Route.of(List.of(BIG_THEN_SMALL, OTHER)), GROQ, Route.of(List.of(BIG_THEN_SMALL))));
    }

    @ParameterizedTest(name = "{0} at {1}: {2}")
    @MethodSource("parts")
    void route_filtered_by_provider_keeps_the_targets_of_that_provider(
            Route route, ProviderId provider, @Nullable Route part) {
        assertEquals(Optional.ofNullable(part), route.at(provider));
    }

    static List<Arguments> providers() {
        return List.of(
                arguments(BIG_THEN_SMALL, GROQ, null),
                arguments(Route.to(BIG), GROQ, BIG),
                arguments(Route.to(RouteTarget.ofDefaultModel(GROQ)), GROQ, RouteTarget.ofDefaultModel(GROQ)),
                arguments(Route.AUTO, null, null),
                arguments(Route.of(List.of(BIG, OTHER)), null, null),
                arguments(Route.of(List.of(BIG, new Tier.EveryProvider())), null, null),
                arguments(Route.of(List.of(BIG_THEN_SMALL)), GROQ, null));
    }

    @ParameterizedTest(name = "{0}: provider {1}, target {2}")
    @MethodSource("providers")
    void route_returns_its_only_provider_and_target(
            Route route, @Nullable ProviderId provider, @Nullable RouteTarget target) {
        assertEquals(provider, route.onlyProvider());
        assertEquals(target, route.single());
    }

    static List<Arguments> calls() {
        return List.of(
                arguments(Route.AUTO, true, "big", true),
                arguments(Route.AUTO, false, "big", false),
                arguments(Route.to(RouteTarget.ofDefaultModel(GROQ)), true, "big", true),
                arguments(Route.to(RouteTarget.ofDefaultModel(GROQ)), false, "big", false),
                arguments(Route.to(RouteTarget.ofDefaultModel(CEREBRAS)), true, "big", false),
                arguments(Route.to(BIG), true, "big", true),
                arguments(Route.of(List.of(BIG_THEN_SMALL, OTHER)), false, "small", true),
                arguments(Route.to(OTHER), false, "big", false));
    }

    @ParameterizedTest(name = "{0} to groq/{2}, the default model: {1}: {3}")
    @MethodSource("calls")
    void route_leads_to_the_targets_of_its_calls(Route route, boolean defaultModel, String model, boolean leads) {
        var key = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "1"), "00000000");

        assertEquals(leads, route.leadsTo(new Target(key, new ModelId(model), defaultModel)));
    }

    @Test
    void duplicate_target_of_a_tier_counts_once() {
        assertEquals(List.of(BIG, OTHER), new Tier(List.of(BIG, OTHER, BIG)).members());
    }

    @Test
    void route_and_tier_need_a_member() {
        assertThrows(IllegalArgumentException.class, () -> new Tier(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Route(List.of()));
    }
}
