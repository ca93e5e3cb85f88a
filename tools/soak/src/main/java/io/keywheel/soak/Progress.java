package io.keywheel.soak;

import java.io.PrintStream;
import java.util.Locale;

/// Says every now and then how far a run has come.
final class Progress {

    private final Tally tally;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private long lastAt = start;
    private long lastSent;

    Progress(Tally tally, PrintStream out) {
        this.tally = tally;
        this.out = out;
    }

    void print() {
        long now = System.nanoTime();
        Tally.Row all = tally.all();
        out.printf(
                Locale.ROOT,
                "%4d s  sent %d (now %.0f/s), under way %d, right %d, errors %d, broken off %d, left %d, lost %d, wrong %d%n",
                Math.round((now - start) / 1e9),
                all.sent,
                (all.sent - lastSent) * 1e9 / (now - lastAt),
                all.sent - all.ended(),
                all.right,
                all.refused,
                all.brokenOff,
                all.left,
                all.lost,
                all.wrong);
        lastAt = now;
        lastSent = all.sent;
    }
}
