package io.keywheel.adapters.http.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Detects that threads get no processors: then the bytes of a client may have arrived, and no thread may have
/// noticed them. Confined to the thread that checks.
final class StarvationDetector {

    /// So many checks in a row, usually one second, must find nothing.
    private static final int CALM_CHECKS = 4;

    /// After so many checks in a row that found starvation, clients count as late again. Otherwise, they could hold
    /// connections and memory as long as the processors are busy. A stop of the whole process is a single check.
    private static final int MOST_STARVED_CHECKS = 60;

    /// A check that is so late had no processor, or the whole process was stopped.
    private static final Duration LATE = Duration.ofMillis(250);

    private final long mostNanos;
    private long checked;
    private int calmChecks;
    private int starvedChecks;

    /// Started at a check. It ends as soon as it gets a processor.
    private Thread probeThread = Thread.startVirtualThread(() -> {});

    /// @param period the usual time from one check to the next
    /// @param now the time, as [System#nanoTime]
    StarvationDetector(Duration period, long now) {
        this.mostNanos = period.plus(LATE).toNanos();
        this.checked = now;
    }

    /// Clients whose timeouts ended before this time are late. It is the time of the check before: later
    /// bytes may have arrived while the process was stopped for a moment. Null if none counts as late,
    /// because threads have waited for processors.
    @Nullable
    Long lateBefore(long now) {
        long before = checked;
        boolean isLate = now - before > mostNanos;
        checked = now;
        calmChecks = isLate || probeThread.isAlive() ? 0 : calmChecks + 1;
        if (!probeThread.isAlive()) {
            probeThread = Thread.startVirtualThread(() -> {});
        }
        boolean isCalm = calmChecks >= CALM_CHECKS;
        starvedChecks = isCalm ? 0 : starvedChecks + 1;
        return isCalm || starvedChecks > MOST_STARVED_CHECKS ? before : null;
    }
}
