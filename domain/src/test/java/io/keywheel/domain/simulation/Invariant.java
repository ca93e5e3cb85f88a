package io.keywheel.domain.simulation;

/// The invariants of docs/rotation.md that the oracle checks.
enum Invariant {
    ASKS_NO_KEY_TWICE,
    ASKS_NO_COOLING_KEY,
    PREFERS_READY_KEYS,
    SENDS_ONE_PROBE_AT_A_TIME,
    /// In-flight calls never exceed the remaining quota or the slow-start window.
    LIMITS_IN_FLIGHT_CALLS,
    TRIES_EVERY_READY_KEY,
    NAMES_THE_EXACT_TIME,
    WAITS_ONLY_WHERE_IT_CAN_HELP,
    ENDS_ON_TIME,
    SHARES_FAIRLY,
    KEEPS_CONVERSATIONS,
    /// A cooldown lasts to its latest end, unless a later success ends it.
    REMEMBERS_COOLDOWNS,
    FORGETS_WHAT_IS_DISPROVED,
    /// Every unit taken from a bucket is refunded or spent.
    RETURNS_UNUSED_TOKENS,
    /// No cooldown exceeds a week, whatever clients and providers send.
    BOUNDS_COOLDOWNS,
    /// After the last request and the longest cooldown, every key answers again.
    RECOVERS_COMPLETELY;

    Violation violatedBy(String what) {
        return new Violation(this, what);
    }

    static final class Violation extends RuntimeException {

        private final Invariant invariant;

        private Violation(Invariant invariant, String what) {
            super(invariant + " is violated: " + what);
            this.invariant = invariant;
        }

        Invariant invariant() {
            return invariant;
        }
    }
}
