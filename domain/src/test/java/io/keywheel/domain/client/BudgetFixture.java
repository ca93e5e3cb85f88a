package io.keywheel.domain.client;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Budgets of clients, and a clock that a test moves.
abstract class BudgetFixture {

    Instant now = Instant.parse("2026-11-28T10:00:00Z");

    static ClientRule rule(Map<ClientLimit, Long> limits) {
        return new ClientRule(limits, List.of(), false);
    }

    static ClientBudget budget(ClientLimit limit, long most) {
        return new ClientBudget(rule(Map.of(limit, most)));
    }

    Reservation admitted(ClientBudget budget, long tokens) {
        return assertInstanceOf(BudgetCheck.Passed.class, budget.reserve(tokens, now, now))
                .reservation();
    }

    BudgetCheck.Limited limited(ClientBudget budget, long tokens) {
        return assertInstanceOf(BudgetCheck.Limited.class, budget.reserve(tokens, now, now));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
