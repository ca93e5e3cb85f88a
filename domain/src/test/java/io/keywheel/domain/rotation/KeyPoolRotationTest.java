package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.place;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.RequestAttempts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyPoolRotationTest {

    @Test
    void providers_take_turns_request_by_request() {
        var testPool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));

        assertEquals(
                List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1", "groq/1"),
                IntStream.range(0, 5)
                        .mapToObj(_ -> testPool.answeredBy(anyModel()))
                        .toList());
    }

    @Test
    void keys_of_a_named_model_take_turns() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));

        assertEquals(
                List.of("groq/1", "groq/2", "groq/3", "groq/1"),
                IntStream.range(0, 4)
                        .mapToObj(_ -> testPool.answeredBy(groqs(SMALL)))
                        .toList());
    }

    @Test
    void keys_take_turns_for_each_model_apart() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));

        assertEquals("groq/1", testPool.answeredBy(groqs(SMALL)));
        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/2", testPool.answeredBy(groqs(SMALL)));
    }

    @Test
    void a_cooling_keys_share_spreads_over_all_others() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            shares.merge(testPool.answeredBy(groqs(BIG)), 1, Integer::sum);
        }

        assertEquals(Map.of("groq/2", 50, "groq/3", 50, "groq/4", 50, "groq/5", 50), shares);
    }

    @Test
    void a_burst_of_fallbacks_spreads_over_all_others() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e"));
        var requestAttemptss = IntStream.range(0, 20)
                .mapToObj(_ -> testPool.journey(groqs(BIG)))
                .toList();

        Map<String, Integer> shares = new HashMap<>();
        for (RequestAttempts requestAttempts : requestAttemptss) {
            RequestAttempts failed = testPool.failing(requestAttempts, empty());
            shares.merge(place(testPool.attempt(failed)), 1, Integer::sum);
        }

        assertTrue(shares.values().stream().allMatch(share -> share >= 3 && share <= 5), shares::toString);
    }

    @Test
    void a_request_starts_at_the_next_key_in_turn_however_many_fallbacks_lay_between() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));

        RequestAttempts first = testPool.failing(testPool.journey(groqs(BIG)), empty());
        assertEquals("groq/2", place(testPool.attempt(first)));

        assertEquals("groq/2", testPool.answeredBy(groqs(BIG)));
        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void a_key_is_used_at_once_when_its_rest_is_over() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.answeredBy(groqs(BIG));

        testPool.pass(A_MINUTE);

        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)));
    }
}
