package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockedGroupsTest extends PoolFixture {

    private static final Instant NOW = START;
    private static final QuotaGroup A = new QuotaGroup(GROQ, "a");
    private static final QuotaGroup B = new QuotaGroup(GROQ, "b");

    private final BlockedGroups blockedGroups = new BlockedGroups();

    @Test
    void groups_blocked_only_for_larger_or_smaller_calls_are_opened() {
        blockedGroups.put(A, block(10, 200, 800));
        blockedGroups.put(B, block(10, 100, 500));

        assertEquals(List.of(), blockedGroups.removeOpenFor(200, NOW));
        assertEquals(List.of(A), blockedGroups.removeOpenFor(199, NOW));
        blockedGroups.put(A, block(10, 200, 800));
        assertEquals(List.of(), blockedGroups.removeOpenFor(500, NOW));
        assertEquals(List.of(B), blockedGroups.removeOpenFor(501, NOW));
    }

    @Test
    void groups_with_the_same_end_time_are_opened_together() {
        blockedGroups.put(A, block(10, 100, 800));
        blockedGroups.put(B, block(10, 100, 800));

        assertEquals(
                List.of(), blockedGroups.removeOpenFor(500, NOW.plusSeconds(10).minusNanos(1)));
        assertEquals(List.of(A, B), blockedGroups.removeOpenFor(500, NOW.plusSeconds(10)));
    }

    @Test
    void latest_block_of_a_group_replaces_the_earlier_one() {
        blockedGroups.put(A, block(10, 500, 800));
        blockedGroups.put(A, block(20, 100, 800));

        assertEquals(List.of(), blockedGroups.removeOpenFor(300, NOW.plusSeconds(10)));
        blockedGroups.remove(A);
        assertFalse(blockedGroups.has(A));
        assertEquals(List.of(), blockedGroups.removeOpenFor(300, NOW.plusSeconds(20)));
    }

    @Test
    void earliest_end_is_computed_after_rechecking_earlier_groups() {
        blockedGroups.put(A, block(10, 100, 800));
        blockedGroups.put(B, block(20, 300, 800));

        var until = blockedGroups.until(300, null, group -> group.equals(A) ? block(30, 300, 800) : null);

        assertEquals(NOW.plusSeconds(20), until);
    }

    @Test
    void earliest_end_is_that_of_the_selected_groups() {
        blockedGroups.put(A, block(10, 100, 800));
        blockedGroups.put(B, block(20, 300, 800));

        assertEquals(NOW.plusSeconds(30), blockedGroups.until(300, A::equals, _ -> block(30, 300, 800)));
    }

    @Test
    void only_groups_with_an_earlier_end_are_rechecked() {
        blockedGroups.put(A, block(10, 300, 800));
        blockedGroups.put(B, block(20, 100, 800));

        var until = blockedGroups.until(300, null, group -> {
            throw new AssertionError(group + " cannot be earlier");
        });

        assertEquals(NOW.plusSeconds(10), until);
    }

    private static AdmissionBlock block(int seconds, long least, long most) {
        return new AdmissionBlock(NOW.plusSeconds(seconds), least, most);
    }
}
