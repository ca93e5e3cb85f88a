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

    boolean dropsFeatures() {
        return matches("carries_.*(picture|part)_.*");
    }

    /// Whether the mutant repeats a part of an echoed key.
    boolean repeatsKeys() {
        return matches("repeats_no_key_of_.*");
    }

    /// Whether the mutant sends the key in the URL, too.
    boolean showsKeys() {
        return matches("sends_no_key_in_.*|lists_models_without_a_key_.*");
    }

    /// Whether the mutant sends a request again after a failure.
    boolean asksAgain() {
        return matches("sends_a_(refused_)?request_once|follows_no_redirect");
    }

    /// Whether a call of the mutant goes on when its caller has left, and reads ahead of its sink.
    boolean leavesCalls() {
        return matches("closes_the_connection_.*|ends_the_call_when_the_sink_throws|reads_no_further_ahead_.*");
    }

    boolean ignoresLimits() {
        return matches("reports_the_limits_of_.*");
    }

    boolean reconnects() {
        return matches("reuses_the_connection_.*");
    }

    boolean isUnbounded() {
        return matches("bounds_.*_without_end");
    }

    /// Whether the mutant reads an answer only as [LineWire] writes it.
    boolean refusesLayouts() {
        return matches("(reads|lists)_.*_in_any_layout");
    }

    /// Whether the mutant reports a wrong failure kind.
    boolean misreadsFailures() {
        return matches("(is_(unavailable|interrupted|out_of_time)|is_cancelled_by_an_interrupt$|knows_"
                + "|gives_up_|keeps_the_(message|status)_of|reports_when_).*");
    }

    private boolean matches(String checks) {
        return check != null && check.matches(checks);
    }
}
