package io.keywheel.contract;

import org.jspecify.annotations.Nullable;

/// The fault that an adapter has: it violates one check of the contract, or none.
record Mutant(@Nullable String check) {

    boolean is(String other) {
        return other.equals(check);
    }

    /// Whether it leaves out what its wire has no words for.
    boolean dropsFeatures() {
        return check != null && (check.startsWith("carries_") || check.startsWith("tells_whose_result"));
    }
}
