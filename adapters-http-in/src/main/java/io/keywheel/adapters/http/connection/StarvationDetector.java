package io.keywheel.adapters.http.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Detects that threads get no processors: then the bytes of a client may have arrived, and no thread may have
/// noticed them. Confined to the thread that checks.
final class StarvationDetector {

    /// So many checks in a row, usually one second, must find nothing.
    private static final int CALM_CHECKS = 4;

    /// A check that is so late had no processor, or the whole process was stopped.
    private static final Duration LATE = Duration.ofMillis(250);

    private final long mostNanos;
    private long checked;
    private int calmChecks;

    /// Started at a check. It ends as soon as it gets a processor.
    private Thread probeThread = Thread.startVirtualThread(() -> {});

    /// @param period the usual time from one check to the next
    /// @param now the time, as [System#nanoTime]
    StarvationDetector(Duration period, long now) {
        this.mostNanos = period.plus(LATE).toNanos();
        this.checked = now;
    }

    /// The time of the check before, if threads have got processors since, and for some time before; else null.
    /// Later bytes may have arrived while the process was stopped for a moment.
    @Nullable
    Long calmSince(long now) {
        long before = checked;
        boolean isLate = now - before > mostNanos;
        checked = now;
        calmChecks = isLate || probeThread.isAlive() ? 0 : calmChecks + 1;
        if (!probeThread.isAlive()) {
            probeThread = Thread.startVirtualThread(() -> {});
        }
        return calmChecks >= CALM_CHECKS ? before : null;
    }
}
