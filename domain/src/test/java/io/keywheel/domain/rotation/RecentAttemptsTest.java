package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentAttemptsTest extends PoolFixture {

    private static final QuotaGroup A = new QuotaGroup(GROQ, "a");
    private static final QuotaGroup B = new QuotaGroup(GROQ, "b");
    private static final Instant A_MINUTE_ON = START.plus(Duration.ofMinutes(1));

    private final RecentAttempts recent = new RecentAttempts();

    @BeforeEach
    void add() {
        recent.add(A, 1, START, 1);
        recent.add(B, 2, START.plusSeconds(10), 1);
    }

    @Test
    void attempts_count_for_a_minute() {
        Instant within = A_MINUTE_ON.minusNanos(1);
        assertEquals(2, recent.count(within));
        assertEquals(1, recent.count(A, within));

        assertEquals(1, recent.count(A_MINUTE_ON));
        assertEquals(0, recent.count(A, A_MINUTE_ON));
        assertEquals(1, recent.count(B, A_MINUTE_ON));
    }

    @Test
    void other_conversations_count_as_active_for_a_minute() {
        assertTrue(recent.hasOtherConversations(2, A_MINUTE_ON.minusNanos(1)));
        assertFalse(recent.hasOtherConversations(2, A_MINUTE_ON));
    }

    @Test
    void withdrawn_attempt_is_subtracted_from_its_start_time() {
        recent.add(A, 1, START, -1);

        assertTrue(recent.hasOtherConversations(1, START.plusSeconds(10)));
        assertFalse(recent.hasOtherConversations(2, START.plusSeconds(10)));
    }

    @Test
    void attempt_withdrawn_after_a_minute_changes_no_count() {
        recent.add(B, 2, A_MINUTE_ON.plusSeconds(20), 1);

        recent.add(A, 1, START, -1);

        assertEquals(1, recent.count(A_MINUTE_ON.plusSeconds(20)));
    }

    @Test
    void withdrawn_attempt_does_not_count_its_conversation_as_active() {
        Instant later = A_MINUTE_ON.plusSeconds(10);
        recent.add(A, 1, later, 1);
        recent.add(A, 1, later, -1);
        recent.add(B, 2, later, 1);
        recent.add(A, 3, later, 1);
        assertTrue(recent.hasOtherConversations(2, later));

        recent.add(A, 3, later, -1);

        assertFalse(recent.hasOtherConversations(2, later));
        assertTrue(recent.hasOtherConversations(1, later));
    }

    @Test
    void attempts_expire_in_buckets_of_ten_seconds() {
        recent.add(B, 2, START.plusSeconds(20).minusNanos(1), 1);

        assertEquals(2, recent.count(B, A_MINUTE_ON.plusSeconds(10).minusNanos(1)));
        assertEquals(0, recent.count(B, A_MINUTE_ON.plusSeconds(10)));
    }
}
