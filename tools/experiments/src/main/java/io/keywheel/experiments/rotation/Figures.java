package io.keywheel.experiments.rotation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What one run comes down to.
///
/// @param served requests
/// @param calls to providers
/// @param capacityShare what was served while requests came in, of the most that the limits can give in that time
/// @param median how long the gateway kept a request that it served in the end
/// @param tail the same of the 99th in 100
/// @param spread the most that any organisation answered over the least, each with all of its keys
/// @param recovered null where nothing goes and comes back
record Figures(
        int requests,
        int served,
        int calls,
        double capacityShare,
        Duration median,
        Duration tail,
        double spread,
        @Nullable Recovered recovered) {

    /// How it went with what was gone for a while.
    ///
    /// @param firstProbes the calls to it in the first six seconds
    /// @param probes those in vain, as long as it was gone
    /// @param backAfter how long after its return it answered again; null where it never did
    /// @param requestsUntilBack how many requests came in from its return until then
    record Recovered(
            long firstProbes,
            long probes,
            @Nullable Duration backAfter,
            @Nullable Long requestsUntilBack) {}

    double servedShare() {
        return (double) served / requests;
    }

    boolean servedAll() {
        return served == requests;
    }

    /// Upstream calls that brought no answer.
    int wasted() {
        return calls - served;
    }

    double wastedShare() {
        return (double) wasted() / Math.max(1, calls);
    }
}
