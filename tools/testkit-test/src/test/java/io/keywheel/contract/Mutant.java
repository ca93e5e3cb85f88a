package io.keywheel.contract;

import org.jspecify.annotations.Nullable;

/// The fault that an adapter has: it violates one check of the contract, or none.
record Mutant(@Nullable String check) {

    boolean is(String other) {
        return other.equals(check);
    }

    /// Whether it leaves out what its wire has no words for.
    boolean dropsFeatures() {
        return check != null && check.startsWith("carries_");
    }

    boolean repeatsKeys() {
        return check != null && check.startsWith("repeats_no_key_of");
    }

    /// Whether it takes each failure for another one.
    boolean misreadsFailures() {
        return check != null
                && check.matches("(is_(unavailable|interrupted|cancelled|out_of_time)|knows_"
                        + "|gives_up_|keeps_the_(message|status)_of|reports_when_a_limit).*");
    }
}
