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
        blockedKeys.add(key(1, A), A, block(10, 500, 800));
        blockedKeys.add(key(2, B), B, block(10, 100, 800));

        assertEquals(List.of(), blockedKeys.releaseFor(500));
        assertEquals(List.of(key(1, A)), blockedKeys.releaseFor(499));
    }

    @Test
    void releases_keys_blocked_only_for_smaller_calls() {
        blockedKeys.add(key(1, A), A, block(10, 100, 800));
        blockedKeys.add(key(2, B), B, block(10, 100, 500));

        assertEquals(List.of(), blockedKeys.releaseFor(500));
        assertEquals(List.of(key(2, B)), blockedKeys.releaseFor(501));
    }

    @Test
    void releases_all_keys_whose_time_comes_at_once() {
        blockedKeys.add(key(1, A), A, block(10, 100, 800));
        blockedKeys.add(key(2, B), B, block(10, 100, 800));

        assertEquals(List.of(key(1, A), key(2, B)), blockedKeys.release(NOW.plusSeconds(10)));
    }

    @Test
    void releases_the_other_keys_of_a_group_that_reports() {
        blockedKeys.add(key(1, A), A, block(10, 500, 800));
        blockedKeys.add(key(2, A), A, block(10, 100, 800));
        blockedKeys.releaseFor(300);

        assertEquals(List.of(key(2, A)), blockedKeys.release(A));
    }

    @Test
    void names_the_earliest_time_after_checking_earlier_keys() {
        blockedKeys.add(key(1, A), A, block(10, 100, 800));
        blockedKeys.add(key(2, B), B, block(20, 300, 800));

        var until = blockedKeys.until(300, Set.of(), key -> key.equals(key(1, A)) ? block(30, 300, 800) : null);

        assertEquals(NOW.plusSeconds(20), until);
    }

    @Test
    void time_is_found_once_for_each_need_until_a_key_is_added() {
        blockedKeys.add(key(1, A), A, block(10, 100, 800));
        blockedKeys.add(key(2, B), B, block(20, 300, 800));
        assertEquals(NOW.plusSeconds(30), blockedKeys.until(300, Set.of("00000002"), _ -> block(30, 300, 800)));

        assertEquals(NOW.plusSeconds(20), blockedKeys.until(300, Set.of(), _ -> block(30, 300, 800)));
        assertEquals(NOW.plusSeconds(20), blockedKeys.until(300, Set.of(), key -> {
            throw new AssertionError(key + " was looked at");
        }));
        blockedKeys.add(key(3, B), B, block(15, 300, 800));
        assertEquals(NOW.plusSeconds(15), blockedKeys.until(300, Set.of(), _ -> block(30, 300, 800)));
    }

    @Test
    void checks_only_keys_that_may_be_earlier() {
        blockedKeys.add(key(1, A), A, block(10, 300, 800));
        blockedKeys.add(key(2, B), B, block(20, 100, 800));

        var until = blockedKeys.until(300, Set.of(), key -> {
            throw new AssertionError(key + " cannot be earlier");
        });

        assertEquals(NOW.plusSeconds(10), until);
    }

    private static PoolKey key(int place, QuotaGroup group) {
        return new PoolKey(new KeySlot(TestPool.GROQ, place), group, "0000000" + place);
    }

    private static AdmissionBlock block(int seconds, long least, long most) {
        return new AdmissionBlock(NOW.plusSeconds(seconds), least, most);
    }
}
