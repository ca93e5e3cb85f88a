package io.keywheel.adapters.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentCountsTest {

    private static final Instant BEGIN = Instant.parse("2026-11-25T10:00:00Z");
    private Instant now = BEGIN.plusSeconds(3);
    private final RecentCounts recentCounts = new RecentCounts(() -> now);

    private TrafficSlice only() {
        assertEquals(1, recentCounts.slices().size());
        return recentCounts.slices().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "ok, 1, 0, 0",
        "all_keys_failed, 0, 1, 0",
        "invalid_request, 0, 1, 0",
        "client_gone, 0, 0, 1",
        "cancelled, 0, 0, 1"
    })
    void counts_chats_as_ok_failed_or_cancelled(String outcome, long ok, long failed, long left) {
        recentCounts.countChat(new Outcome(outcome));

        assertEquals(List.of(ok, failed, left), List.of(only().ok(), only().failed(), only().cancelled()));
    }

    @Test
    void counts_attempts_and_failures_by_kind() {
        recentCounts.countAttempt(Outcome.OK);
        recentCounts.countAttempt(new Outcome("rate_limited"));
        recentCounts.countAttempt(new Outcome("rate_limited"));

        assertEquals(3, only().attempts());
        assertEquals(Map.of("rate_limited", 2L), only().failures());
    }

    @Test
    void slices_are_aligned_to_ten_seconds() {
        recentCounts.countAttempt(Outcome.OK);
        now = BEGIN.plusMillis(9_999);
        recentCounts.countAttempt(Outcome.OK);
        now = BEGIN.plusSeconds(30);
        recentCounts.countAttempt(Outcome.OK);

        assertEquals(
                List.of(BEGIN, BEGIN.plusSeconds(30)),
                recentCounts.slices().stream().map(TrafficSlice::from).toList());
        assertEquals(2, recentCounts.slices().getFirst().attempts());
    }

    @Test
    void slices_expire_after_15_minutes() {
        recentCounts.countAttempt(Outcome.OK);
        now = BEGIN.plusSeconds(899);
        assertEquals(1, recentCounts.slices().size());

        now = BEGIN.plusSeconds(900);

        assertEquals(List.of(), recentCounts.slices());
    }

    @Test
    void slice_count_is_bounded_without_reads() {
        for (int i = 0; i < 1000; i++) {
            now = now.plusSeconds(10);
            recentCounts.countAttempt(Outcome.OK);
        }

        assertEquals(RecentCounts.MOST, recentCounts.slices().size());
    }
}
