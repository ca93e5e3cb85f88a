package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.rotation.TestPool;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockedKeysTest {

    private static final Instant NOW = TestPool.START;
    private static final QuotaGroup A = new QuotaGroup(TestPool.GROQ, "a");
    private static final QuotaGroup B = new QuotaGroup(TestPool.GROQ, "b");

    private final BlockedKeys blockedKeys = new BlockedKeys();

    @Test
    void releases_keys_blocked_only_for_larger_calls() {
        blockedKeys.add(key(1, A), A, bar(10, 500, 800));
        blockedKeys.add(key(2, B), B, bar(10, 100, 800));

        assertEquals(List.of(), blockedKeys.releaseFor(500));
        assertEquals(List.of(key(1, A)), blockedKeys.releaseFor(499));
    }

    @Test
    void releases_keys_blocked_only_for_smaller_calls() {
        blockedKeys.add(key(1, A), A, bar(10, 100, 800));
        blockedKeys.add(key(2, B), B, bar(10, 100, 500));

        assertEquals(List.of(), blockedKeys.releaseFor(500));
        assertEquals(List.of(key(2, B)), blockedKeys.releaseFor(501));
    }

    @Test
    void lets_all_go_whose_time_comes_at_the_same_moment() {
        blockedKeys.add(key(1, A), A, bar(10, 100, 800));
        blockedKeys.add(key(2, B), B, bar(10, 100, 800));

        assertEquals(List.of(key(1, A), key(2, B)), blockedKeys.release(NOW.plusSeconds(10)));
    }

    @Test
    void lets_the_others_of_a_group_go_when_something_is_heard_of_it() {
        blockedKeys.add(key(1, A), A, bar(10, 500, 800));
        blockedKeys.add(key(2, A), A, bar(10, 100, 800));
        blockedKeys.releaseFor(300);

        assertEquals(List.of(key(2, A)), blockedKeys.release(A));
    }

    @Test
    void names_the_moment_of_the_first_that_waits_for_less_than_it_seemed() {
        blockedKeys.add(key(1, A), A, bar(10, 100, 800));
        blockedKeys.add(key(2, B), B, bar(20, 300, 800));

        var until = blockedKeys.until(300, Set.of(), key -> key.equals(key(1, A)) ? bar(30, 300, 800) : null);

        assertEquals(NOW.plusSeconds(20), until);
    }

    @Test
    void looks_no_further_than_to_those_whose_own_moment_has_come_by_then() {
        blockedKeys.add(key(1, A), A, bar(10, 300, 800));
        blockedKeys.add(key(2, B), B, bar(20, 100, 800));

        var until = blockedKeys.until(300, Set.of(), key -> {
            throw new AssertionError(key + " cannot be earlier");
        });

        assertEquals(NOW.plusSeconds(10), until);
    }

    private static PoolKey key(int place, QuotaGroup group) {
        return new PoolKey(new KeySlot(TestPool.GROQ, place), group, "0000000" + place);
    }

    private static AdmissionBlock bar(int seconds, long least, long most) {
        return new AdmissionBlock(NOW.plusSeconds(seconds), least, most);
    }
}
