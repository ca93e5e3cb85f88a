package io.keywheel.domain.client;

import java.time.Duration;
import java.util.Map;

/// The share of its client's limits that a request holds until it is settled.
public final class Reservation implements BudgetCheck {

    /// The state of a limit, an admitted request included.
    ///
    /// @param reset how long until the current usage has expired
    public record LimitState(long limit, long remaining, Duration reset) {}

    final SlidingMinute.Entry requestEntry;
    final SlidingMinute.Entry tokensEntry;
    final long tokens;
    final long day;
    private final Map<ClientLimit, LimitState> limitStates;

    Reservation(
            SlidingMinute.Entry requestEntry,
            SlidingMinute.Entry tokensEntry,
            long tokens,
            long day,
            Map<ClientLimit, LimitState> limitStates) {
        this.requestEntry = requestEntry;
        this.tokensEntry = tokensEntry;
        this.tokens = tokens;
        this.day = day;
        this.limitStates = Map.copyOf(limitStates);
    }

    @Override
    public Map<ClientLimit, LimitState> limitStates() {
        return limitStates;
    }
}
