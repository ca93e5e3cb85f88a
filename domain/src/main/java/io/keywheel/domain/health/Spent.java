package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;

/// What a call has used up by its end.
///
/// @param calls 0 where the provider refused it, else 1
record Spent(int calls, long tokens) {

    static final Spent NOTHING = new Spent(0, 0);

    static Spent by(Failure failure, long tokens) {
        return failure.mayHaveSpent() ? new Spent(1, tokens) : NOTHING;
    }
}
