package io.keywheel.domain.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AsideTest {

    private static final Instant NOW = Pool.START;
    private static final QuotaGroup A = new QuotaGroup(Pool.GROQ, "a");
    private static final QuotaGroup B = new QuotaGroup(Pool.GROQ, "b");

    private final Aside aside = new Aside();

    @Test
    void lets_go_whose_bars_speak_only_of_larger_calls() {
        aside.add(key(1, A), A, bar(10, 500, 800));
        aside.add(key(2, B), B, bar(10, 100, 800));

        assertEquals(List.of(), aside.releaseFor(500));
        assertEquals(List.of(key(1, A)), aside.releaseFor(499));
    }

    @Test
    void lets_go_whose_bars_speak_only_of_smaller_calls() {
        aside.add(key(1, A), A, bar(10, 100, 800));
        aside.add(key(2, B), B, bar(10, 100, 500));

        assertEquals(List.of(), aside.releaseFor(500));
        assertEquals(List.of(key(2, B)), aside.releaseFor(501));
    }

    @Test
    void lets_all_go_whose_time_comes_at_the_same_moment() {
        aside.add(key(1, A), A, bar(10, 100, 800));
        aside.add(key(2, B), B, bar(10, 100, 800));

        assertEquals(List.of(key(1, A), key(2, B)), aside.release(NOW.plusSeconds(10)));
    }

    @Test
    void lets_the_others_of_a_group_go_when_something_is_heard_of_it() {
        aside.add(key(1, A), A, bar(10, 500, 800));
        aside.add(key(2, A), A, bar(10, 100, 800));
        aside.releaseFor(300);

        assertEquals(List.of(key(2, A)), aside.release(A));
    }

    @Test
    void names_the_moment_of_the_first_that_waits_for_less_than_it_seemed() {
        aside.add(key(1, A), A, bar(10, 100, 800));
        aside.add(key(2, B), B, bar(20, 300, 800));

        var until = aside.until(300, Set.of(), key -> key.equals(key(1, A)) ? bar(30, 300, 800) : null);

        assertEquals(NOW.plusSeconds(20), until);
    }

    @Test
    void looks_no_further_than_to_those_whose_own_moment_has_come_by_then() {
        aside.add(key(1, A), A, bar(10, 300, 800));
        aside.add(key(2, B), B, bar(20, 100, 800));

        var until = aside.until(300, Set.of(), key -> {
            throw new AssertionError(key + " cannot be earlier");
        });

        assertEquals(NOW.plusSeconds(10), until);
    }

    private static PoolKey key(int place, QuotaGroup group) {
        return new PoolKey(new KeySlot(Pool.GROQ, place), group, "0000000" + place);
    }

    private static Bar bar(int seconds, long least, long most) {
        return new Bar(NOW.plusSeconds(seconds), least, most);
    }
}
