package io.keywheel.contract;

import io.keywheel.contract.AdapterUnderTest.Form;
import org.jspecify.annotations.Nullable;

/// The mutation of an adapter, which violates one check of the contract or none.
///
/// @param form in which alone it has the fault; null for both
record Mutant(@Nullable String check, @Nullable Form form) {

    static final Mutant NONE = new Mutant(null, null);

    /// The mutation that applies in this form.
    Mutant in(Form asked) {
        return form == null || form == asked ? this : NONE;
    }

    boolean is(String other) {
        return other.equals(check);
    }

    /// Whether the mutant drops unsupported features.
    boolean dropsFeatures() {
        return check != null && check.matches("carries_.*(picture|part)_.*");
    }

    /// Whether the mutant redacts only a part of an echoed key.
    boolean repeatsKeys() {
        return check != null && check.startsWith("repeats_no_key_of");
    }

    /// Whether the mutant reports a wrong failure kind.
    boolean misreadsFailures() {
        return check != null
                && check.matches(
                        "(is_(unavailable|interrupted|out_of_time)|is_cancelled_by_an_interrupt_(before|in)|knows_"
                                + "|gives_up_|keeps_the_(message|status)_of|reports_when_a_limit).*");
    }
}
