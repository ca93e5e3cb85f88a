package io.keywheel.experiments.rotation;

import java.io.PrintStream;
import java.util.Locale;

/// Puts every rule into every scenario.
public final class RotationExperiment {

    private RotationExperiment() {}

    public static void print(PrintStream out) {
        for (Scenario scenario : Scenarios.ALL) {
            out.println(scenario.title());
            for (Contender contender : Contender.values()) {
                long start = System.nanoTime();
                var f = new Figures(scenario, Run.of(scenario, contender, 1));
                out.printf(
                        Locale.ROOT,
                        "  %-18s served %d/%d %.1f%% cap %.1f%% calls %d wasted %d %.1f%% p50 %d p99 %d spread %.2f probes %s/%s back %s after %s req   [%d ms]%n",
                        contender.label,
                        f.served(),
                        f.requests(),
                        100 * f.servedShare(),
                        100 * f.capacityShare(),
                        f.calls(),
                        f.wasted(),
                        100 * f.wastedShare(),
                        f.delay(50).toMillis(),
                        f.delay(99).toMillis(),
                        f.spread(),
                        f.firstProbes().orElse(-1L),
                        f.probes().orElse(-1L),
                        f.backAfter().orElse(null),
                        f.requestsUntilBack().orElse(-1L),
                        (System.nanoTime() - start) / 1_000_000);
            }
        }
    }
}
