package io.keywheel.contract;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.Timeouts;
import java.util.Map;

/// Who is tried.
interface Subject {

    /// Tags the checks that take long: they send megabytes, or wait until a timeout fires.
    String SLOW = "slow";

    /// The adapter.
    LlmProvider provider();

    /// How its provider says things.
    Wire wire();

    /// What is set of the adapter's own options, as text.
    Map<String, String> options();

    /// Opens the adapter before a server that does as `script` says, and gives it time.
    default Trial trial(WireServer.Script script) {
        return trial(Trial.PATIENT, script);
    }

    default Trial trial(Timeouts timeouts, WireServer.Script script) {
        return Trial.of(this, timeouts, script);
    }
}
