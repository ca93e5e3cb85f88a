package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.CEREBRAS;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.anyModel;
import static io.keywheel.domain.health.Pool.empty;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.place;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Journey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TakingTurnsTest {

    @Test
    void providers_take_turns_request_by_request() {
        var pool = new Pool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

        assertEquals(
                List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1", "groq/1"),
                IntStream.range(0, 5).mapToObj(_ -> pool.answeredBy(anyModel())).toList());
    }

    @Test
    void keys_of_a_named_model_take_turns() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));

        assertEquals(
                List.of("groq/1", "groq/2", "groq/3", "groq/1"),
                IntStream.range(0, 4)
                        .mapToObj(_ -> pool.answeredBy(groqs(SMALL)))
                        .toList());
    }

    @Test
    void keys_take_turns_for_each_model_apart() {
        var pool = new Pool(provider(GROQ, "a", "b"));

        assertEquals("groq/1", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_resting_keys_share_spreads_over_all_others() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));

        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            shares.merge(pool.answeredBy(groqs(BIG)), 1, Integer::sum);
        }

        assertEquals(Map.of("groq/2", 50, "groq/3", 50, "groq/4", 50, "groq/5", 50), shares);
    }

    @Test
    void a_burst_of_fallbacks_spreads_over_all_others() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d", "e"));
        var journeys =
                IntStream.range(0, 20).mapToObj(_ -> pool.journey(groqs(BIG))).toList();

        Map<String, Integer> shares = new HashMap<>();
        for (Journey journey : journeys) {
            Journey failed = pool.failing(journey, empty());
            shares.merge(place(pool.attempt(failed)), 1, Integer::sum);
        }

        assertTrue(shares.values().stream().allMatch(share -> share >= 3 && share <= 5), shares::toString);
    }

    @Test
    void a_request_starts_at_the_next_key_in_turn_however_many_fallbacks_lay_between() {
        var pool = new Pool(provider(GROQ, "a", "b"));

        Journey first = pool.failing(pool.journey(groqs(BIG)), empty());
        assertEquals("groq/2", place(pool.attempt(first)));

        assertEquals("groq/2", pool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_key_is_used_at_once_when_its_rest_is_over() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_MINUTE));
        pool.answeredBy(groqs(BIG));

        pool.pass(A_MINUTE);

        assertEquals("groq/1", pool.answeredBy(groqs(BIG)));
    }
}
