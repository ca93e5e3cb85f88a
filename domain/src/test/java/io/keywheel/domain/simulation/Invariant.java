package io.keywheel.domain.simulation;

/// What docs/rotation.md promises, as far as the oracle can see it kept or violated.
enum Invariant {
    ASKS_NO_KEY_TWICE,
    ASKS_NO_COOLING_KEY,
    PREFERS_READY_KEYS,
    SENDS_ONE_PROBE_AT_A_TIME,
    /// In-flight calls stay within what is left of a limit, or has been shown to pass.
    LIMITS_IN_FLIGHT_CALLS,
    TRIES_EVERY_READY_KEY,
    NAMES_THE_EXACT_TIME,
    WAITS_ONLY_WHERE_IT_CAN_HELP,
    ENDS_ON_TIME,
    SHARES_FAIRLY,
    KEEPS_CONVERSATIONS,
    /// The later end of a cooldown counts, and only an answer that disproves it ends it.
    REMEMBERS_COOLDOWNS,
    FORGETS_WHAT_IS_DISPROVED,
    /// Every unit taken from a bucket is returned or spent.
    RETURNS_UNUSED_TOKENS,
    /// No key cools for longer than its provider said, or than a week.
    BOUNDS_COOLDOWNS,
    /// After the last request and the longest cooldown, every key serves again.
    RECOVERS_COMPLETELY;

    Violation violatedBy(String what) {
        return new Violation(this, what);
    }

    static final class Violation extends RuntimeException {

        private static final long serialVersionUID = 1;

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
