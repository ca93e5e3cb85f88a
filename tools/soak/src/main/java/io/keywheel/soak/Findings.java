package io.keywheel.soak;

import java.io.PrintStream;
import java.util.List;

/// What a run has shown beside the answers themselves.
///
/// @param alone of right answers, without hostile clients
/// @param beside of right answers, with them; none where there were none
/// @param remains what is left in the gateway afterwards that should not be, in words
record Findings(Options options, Latencies alone, Latencies beside, Probes.Result probes, List<String> remains) {

    private static final int P99 = 99;
    private static final int EXAMPLES = 10;

    boolean isGood() {
        return probes.failed() == 0 && remains.isEmpty() && slowdown() <= options.slowdown();
    }

    /// 0 where nothing can be compared.
    private double slowdown() {
        return (double) beside.percentile(P99) / Math.max(1, alone.percentile(P99));
    }

    void print(PrintStream out) {
        if (options.hostile() > 0) {
            print(out, "alone", alone);
            print(out, "beside hostile clients", beside);
            out.printf(
                    "p99 beside hostile clients: %.1f times that alone; at most %.0f.%n",
                    slowdown(), options.slowdown());
        }
        out.printf(
                "%d probes of /health/live, %d failed, the slowest took %d ms.%n",
                probes.sent(), probes.failed(), probes.mostMillis());
        remains.stream().limit(EXAMPLES).forEach(out::println);
        if (remains.size() > EXAMPLES) {
            out.println("... and " + (remains.size() - EXAMPLES) + " more");
        }
        out.println();
    }

    private static void print(PrintStream out, String name, Latencies right) {
        out.printf(
                "Right answers %s took p50 %d, p90 %d, p99 %d ms.%n",
                name, right.percentile(50), right.percentile(90), right.percentile(P99));
    }
}
