package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.empty;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.places;
import static io.keywheel.domain.health.Pool.provider;
import static io.keywheel.domain.health.Pool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.routing.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

class FallingBackTest {

    @Test
    void moves_to_the_next_provider_and_then_to_the_keys_not_yet_tried() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d", "e"));
        Journey journey = pool.journey(anyModel());

        for (int i = 0; i < 5; i++) {
            journey = pool.failing(journey, empty());
        }

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/3"), places(journey));
        assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
    }

    @Test
    void keeps_to_the_one_provider_that_was_asked_for() {
        var pool = new Pool(provider(GROQ, "a"), provider(CEREBRAS, "d", "e"));
        Journey journey = pool.journey(new Route.DefaultModels(CEREBRAS));

        journey = pool.failing(pool.failing(journey, empty()), empty());

        assertEquals(List.of("cerebras/1", "cerebras/2"), places(journey));
        assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
    }

    @Test
    void does_not_ask_a_provider_again_that_refused_the_request_itself() {
        var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

        Journey journey = pool.failing(pool.journey(anyModel()), new Failure.TooLarge(NO));
        journey = pool.failing(journey, new Failure.Unsupported(NO));

        assertEquals(List.of("groq/1", "cerebras/1"), places(journey));
        assertEquals(new Choice.NoneReady(null, null), pool.choose(journey));
    }

    @Test
    void comes_back_to_a_provider_in_trouble_only_after_all_others() {
        var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c", "d"));
        Journey journey = pool.failing(pool.journey(anyModel()), unavailable());

        for (int i = 0; i < 3; i++) {
            journey = pool.failing(journey, empty());
        }

        assertEquals(List.of("groq/1", "cerebras/1", "cerebras/2", "groq/2"), places(journey));
    }

    @Test
    void goes_through_all_keys_of_the_one_provider_even_when_it_is_in_trouble() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        Journey journey = pool.journey(groqs(BIG));

        for (int i = 0; i < 3; i++) {
            journey = pool.failing(journey, unavailable());
        }

        assertEquals(List.of("groq/1", "groq/2", "groq/3"), places(journey));
    }

    @Test
    void keeps_other_requests_from_a_provider_in_trouble() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d"));
        pool.failed(pool.attempt(anyModel()), unavailable());

        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
        assertEquals("cerebras/1", pool.answeredBy(anyModel()));
    }
}
