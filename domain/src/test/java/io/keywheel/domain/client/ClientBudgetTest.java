package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientBudgetTest extends BudgetFixture {

    private static void assertLimited(ClientLimit limit, long most, Duration wait, BudgetCheck.Limited limited) {
        assertEquals(List.of(limit, most, wait), List.of(limited.limit(), limited.most(), limited.retryAfter()));
    }

    @ParameterizedTest
    @CsvSource({
        "REQUESTS_PER_MINUTE, 60000",
        "TOKENS_PER_MINUTE, 60000",
        "REQUESTS_PER_DAY, 50400000",
        "TOKENS_PER_DAY, 50400000"
    })
    void exhausted_limit_admits_again_exactly_after_retry_after(ClientLimit limit, long millis) {
        ClientBudget budget = budget(limit, 2);
        admitted(budget, 1);
        admitted(budget, 1);
        assertLimited(limit, 2, Duration.ofMillis(millis), limited(budget, 1));
        pass(Duration.ofMillis(millis - 1));
        assertEquals(0, limited(budget, 1).remaining());
        pass(Duration.ofMillis(1));
        admitted(budget, 1);
    }

    @Test
    void any_60_seconds_admit_at_most_the_limit() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 3);
        admitted(budget, 0);
        pass(Duration.ofSeconds(30));
        admitted(budget, 0);
        admitted(budget, 0);
        pass(Duration.ofSeconds(31));
        admitted(budget, 0);
        assertEquals(Duration.ofSeconds(29), limited(budget, 0).retryAfter());
    }

    @Test
    void usage_within_100_ms_expires_60_seconds_after_its_last_request() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        admitted(budget, 0);
        pass(Duration.ofMillis(99));
        admitted(budget, 0);
        assertEquals(Duration.ofMinutes(1), limited(budget, 0).retryAfter());
        pass(Duration.ofMillis(1));
        assertEquals(Duration.ofMillis(59_999), limited(budget, 0).retryAfter());
    }

    @Test
    void reservation_with_an_earlier_time_has_a_reset_of_a_minute_at_most() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        admitted(budget, 0);
        var overtaken = assertInstanceOf(BudgetCheck.Passed.class, budget.reserve(0, now.minusMillis(5), now));

        assertEquals(
                Map.of(REQUESTS_PER_MINUTE, new LimitState(2, 0, Duration.ofMinutes(1))),
                overtaken.reservation().limitStates());
    }

    @Test
    void sliding_minute_keeps_at_most_600_entries() {
        var minute = new SlidingMinute();
        for (int i = 0; i < 2_000; i++) {
            minute.add(1, now);
            pass(Duration.ofMillis(100));
        }
        assertEquals(600, minute.entries.size());
    }

    @Test
    void large_request_waits_until_enough_tokens_are_free() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        admitted(budget, 40);
        pass(Duration.ofSeconds(10));
        admitted(budget, 40);
        assertEquals(Duration.ofSeconds(50), limited(budget, 60).retryAfter());
        assertEquals(Duration.ofMinutes(1), limited(budget, 61).retryAfter());
        assertEquals(20, limited(budget, 61).remaining());
        admitted(budget, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOKENS_PER_MINUTE", "TOKENS_PER_DAY"})
    void request_above_the_token_limit_is_too_large(ClientLimit limit) {
        ClientBudget budget = budget(limit, 100);
        var tooLarge = assertInstanceOf(BudgetCheck.TooLarge.class, budget.reserve(101, now, now));
        assertEquals(limit, tooLarge.limit());
        assertEquals(100, tooLarge.most());
        admitted(budget, 100);
    }

    @Test
    void settled_request_admits_the_next_one() {
        ClientBudget budget = budget(CONCURRENT_REQUESTS, 1);
        Reservation running = admitted(budget, 0);
        assertLimited(CONCURRENT_REQUESTS, 1, Duration.ofSeconds(1), limited(budget, 0));
        budget.settle(running, 0, now, now);
        admitted(budget, 0);
        limited(budget, 0);
    }

    @Test
    void exceeded_limit_with_the_longest_wait_is_reported() {
        var budget = new ClientBudget(rule(Map.of(CONCURRENT_REQUESTS, 1L, REQUESTS_PER_MINUTE, 1L)));
        admitted(budget, 0);
        assertEquals(REQUESTS_PER_MINUTE, limited(budget, 0).limit());
    }

    @ParameterizedTest
    @EnumSource
    void withdrawn_request_does_not_count(ClientLimit limit) {
        ClientBudget budget = budget(limit, 2);
        admitted(budget, 1);
        Reservation withdrawn = admitted(budget, 1);
        assertEquals(-1, budget.withdraw(withdrawn, now, now));
        admitted(budget, 1);
        limited(budget, 1);
    }

    @Test
    void unused_tokens_return_to_the_client_budget() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 100);
        pass(Duration.ofSeconds(5));
        budget.settle(reservation, 30, now, now);
        admitted(budget, 70);
        limited(budget, 1);
        pass(Duration.ofMinutes(1));
        admitted(budget, 100);
        limited(budget, 1);
    }

    @Test
    void refunded_tokens_do_not_delay_the_reset() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        admitted(budget, 60);
        pass(Duration.ofSeconds(1));
        budget.settle(admitted(budget, 40), 0, now, now);
        pass(Duration.ofSeconds(1));
        assertEquals(
                Map.of(TOKENS_PER_MINUTE, new LimitState(100, 40, Duration.ofSeconds(58))),
                limited(budget, 50).limitStates());
    }

    @ParameterizedTest(name = "50 reserved, {0} used {1} days later: {2} left")
    @CsvSource({"80, 0, 20", "20, 0, 80", "50, 0, 50", "80, 1, 70"})
    void daily_usage_beyond_the_estimate_counts_for_the_day_of_settlement(long used, long days, long left) {
        ClientBudget budget = budget(TOKENS_PER_DAY, 100);
        Reservation reservation = admitted(budget, 50);
        pass(Duration.ofDays(days));
        budget.settle(reservation, used, now, now);
        limited(budget, left + 1);
        admitted(budget, left);
        limited(budget, 1);
    }

    @Test
    void usage_beyond_the_estimate_counts_from_settlement() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 50);
        pass(Duration.ofSeconds(40));
        budget.settle(reservation, 90, now, now);
        pass(Duration.ofSeconds(30));
        admitted(budget, 60);
        limited(budget, 1);
    }

    @ParameterizedTest
    @CsvSource({"TOKENS_PER_MINUTE, PT2M", "TOKENS_PER_DAY, PT24H"})
    void late_settlement_of_an_earlier_window_refunds_nothing_to_the_current_one(ClientLimit limit, Duration later) {
        ClientBudget budget = budget(limit, 100);
        Reservation reservation = admitted(budget, 100);
        pass(later);
        admitted(budget, 100);
        budget.settle(reservation, 0, now, now);
        limited(budget, 1);
    }

    @Test
    void wall_clock_step_back_of_a_second_starts_no_new_day() {
        ClientBudget budget = budget(REQUESTS_PER_DAY, 1);
        Instant midnight = Instant.parse("2026-11-29T00:00:00Z");
        assertInstanceOf(BudgetCheck.Passed.class, budget.reserve(0, now, midnight));
        var refused = assertInstanceOf(BudgetCheck.Limited.class, budget.reserve(0, now, midnight.minusSeconds(1)));
        assertEquals(Duration.ofSeconds(86_401), refused.retryAfter());
        assertInstanceOf(BudgetCheck.Passed.class, budget.reserve(0, now, midnight.minus(Duration.ofDays(2))));
    }

    @Test
    void restored_usage_counts_for_its_day() {
        var budget = new ClientBudget(rule(Map.of(REQUESTS_PER_DAY, 3L, TOKENS_PER_DAY, 100L)));
        budget.restore(1, 60, now);
        assertEquals(TOKENS_PER_DAY, limited(budget, 41).limit());
        admitted(budget, 40);
        admitted(budget, 0);
        assertEquals(REQUESTS_PER_DAY, limited(budget, 0).limit());
        pass(Duration.ofDays(1));
        admitted(budget, 50);
        // A provider may report any count: the sum does not overflow.
        budget.restore(0, Long.MAX_VALUE, now);
        limited(budget, 1);
    }

    @Test
    void admission_reports_the_remaining_limits_per_minute() {
        var budget =
                new ClientBudget(rule(Map.of(REQUESTS_PER_MINUTE, 3L, TOKENS_PER_MINUTE, 100L, REQUESTS_PER_DAY, 9L)));
        admitted(budget, 10);
        pass(Duration.ofSeconds(1));
        assertEquals(
                Map.of(
                        REQUESTS_PER_MINUTE, new LimitState(3, 1, Duration.ofMinutes(1)),
                        TOKENS_PER_MINUTE, new LimitState(100, 60, Duration.ofMinutes(1))),
                admitted(budget, 30).limitStates());
    }
}
