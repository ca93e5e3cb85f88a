package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Usage of a client at other gateways with the same store.
final class ClientUsedElsewhereTest extends BudgetFixture {

    @Test
    void usage_at_other_gateways_counts_from_its_own_time() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        Instant then = now;
        pass(Duration.ofSeconds(20));

        budget.usedElsewhere(1, 0, then.minusMillis(99), now, then);
        budget.usedElsewhere(1, 0, then, now, then);

        assertEquals(Duration.ofSeconds(40), limited(budget, 0).retryAfter());
    }

    /// Facts of the time of an outage of the store arrive after it.
    @Test
    void late_usage_of_other_gateways_counts_no_longer_than_a_minute() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        Instant then = now;
        pass(Duration.ofSeconds(30));
        admitted(budget, 0);
        pass(Duration.ofSeconds(10));

        budget.usedElsewhere(1, 0, then, now, then);

        assertEquals(Duration.ofSeconds(20), limited(budget, 0).retryAfter());
    }

    @Test
    void unused_tokens_of_other_gateways_are_refunded() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        admitted(budget, 30);
        pass(Duration.ofSeconds(1));
        Instant then = now;
        budget.usedElsewhere(1, 60, then, now, then);
        pass(Duration.ofSeconds(1));
        admitted(budget, 10);
        pass(Duration.ofSeconds(1));
        limited(budget, 60);

        budget.usedElsewhere(0, -60, then, now, then);
        budget.usedElsewhere(0, -10_000, now, now, then);

        admitted(budget, 60);
        limited(budget, 1);
    }

    /// The instants of a usage and of its refund come from different entries of the log.
    @ParameterizedTest
    @ValueSource(ints = {-102, -2, 2, 102})
    void refund_finds_its_tokens_although_its_instant_differs(int millis) {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Instant first = now;
        pass(Duration.ofMillis(100));
        Instant second = now;
        budget.usedElsewhere(1, 10, first, now, first);
        budget.usedElsewhere(1, 70, second, now, second);
        pass(Duration.ofMillis(200));

        budget.usedElsewhere(0, -60, second.plusMillis(millis), now, second);

        admitted(budget, 80);
        limited(budget, 1);
    }

    @Test
    void refund_that_no_usage_covers_is_ignored() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        budget.usedElsewhere(1, 30, now, now, now);
        Instant then = now;
        pass(Duration.ofMillis(200));

        budget.usedElsewhere(0, -31, then, now, then);
        budget.usedElsewhere(0, -30, now, now, then);

        admitted(budget, 70);
        limited(budget, 1);
    }

    @Test
    void refund_from_a_neighbour_does_not_raise_the_limit_when_the_neighbour_expires() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 200);
        Instant first = now;
        budget.usedElsewhere(1, 80, first, now, first);
        pass(Duration.ofMillis(100));
        budget.usedElsewhere(1, 10, now, now, now);

        budget.usedElsewhere(0, -50, now, now, now);

        pass(Duration.ofMillis(59_900));
        admitted(budget, 200);
        limited(budget, 1);
    }

    /// The refund of another gateway may take tokens that a request of this one has reserved.
    @Test
    void own_refund_after_another_ones_does_not_raise_the_limit_when_a_neighbour_expires() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 200);
        budget.usedElsewhere(1, 80, now, now, now);
        pass(Duration.ofMillis(100));
        Reservation own = admitted(budget, 80);
        budget.usedElsewhere(0, -80, now, now, now);

        budget.settle(own, 0, now, now);

        pass(Duration.ofMillis(59_900));
        admitted(budget, 200);
        limited(budget, 1);
    }

    @Test
    void request_without_tokens_does_not_prolong_earlier_tokens() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        budget.usedElsewhere(1, 100, now, now, now);
        Instant soon = now.plusMillis(99);
        pass(Duration.ofSeconds(59));
        budget.usedElsewhere(1, 0, soon, now, soon);
        pass(Duration.ofSeconds(1));

        admitted(budget, 100);
    }

    @Test
    void expired_usage_of_other_gateways_does_not_count() {
        ClientBudget minute = budget(REQUESTS_PER_MINUTE, 2);
        admitted(minute, 0);
        minute.usedElsewhere(1, 0, now.minusSeconds(61), now, now.minusSeconds(61));
        admitted(minute, 0);

        ClientBudget daily = budget(TOKENS_PER_DAY, 10);
        admitted(daily, 4);
        daily.usedElsewhere(0, 7, now, now, now.minusSeconds(86_400));
        admitted(daily, 6);
        limited(daily, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUESTS_PER_DAY", "TOKENS_PER_DAY"})
    void usage_of_other_gateways_today_counts_for_the_day(ClientLimit limit) {
        ClientBudget daily = budget(limit, 3);
        daily.usedElsewhere(1, 1, now, now, now);
        admitted(daily, 1);

        daily.usedElsewhere(1, 1, now, now, now);

        limited(daily, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUESTS_PER_DAY", "TOKENS_PER_DAY"})
    void usage_of_other_gateways_counts_before_the_first_own_request_of_a_day(ClientLimit limit) {
        ClientBudget daily = budget(limit, 3);
        admitted(daily, 1);
        pass(Duration.ofDays(1));

        daily.usedElsewhere(3, 3, now, now, now);

        limited(daily, 1);
    }

    @Test
    void requests_at_other_gateways_do_not_count_as_concurrent() {
        ClientBudget budget = budget(CONCURRENT_REQUESTS, 1);
        budget.usedElsewhere(5, 5, now, now, now);

        admitted(budget, 0);
    }

    @Test
    void settle_returns_used_minus_reserved_tokens() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 10);

        assertEquals(-4, budget.settle(reservation, 6, now, now));
        assertEquals(5, budget.settle(admitted(budget, 10), 15, now, now));
    }
}
