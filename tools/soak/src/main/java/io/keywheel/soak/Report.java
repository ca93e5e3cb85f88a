package io.keywheel.soak;

import io.keywheel.process.ProcessInspector;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// The figures of a run.
///
/// @param alone the latencies of right answers without hostile clients
/// @param besideHostile the latencies of right answers with hostile clients; empty if there were none
/// @param leftovers the findings of [Leftovers]
record Report(
        Options options,
        Counts counts,
        Latencies alone,
        Latencies besideHostile,
        HealthProbe probe,
        List<String> leftovers,
        List<Sample> samples,
        Gateways gateways) {

    /// The resources of the gateway at one time.
    ///
    /// @param upstream the number of connections to the providers
    record Sample(String moment, ProcessInspector.Snapshot process, int upstream) {}

    boolean isGood() {
        return counts.count(Verdict.Kind.LOST) == 0
                && counts.count(Verdict.Kind.WRONG) == 0
                && counts.sent() == counts.ended()
                && gateways.areAlive()
                && gateways.errors() == 0
                && probe.failed.get() == 0
                && leftovers.isEmpty()
                && slowdown(alone, besideHostile) <= options.maxSlowdown;
    }

    /// 0 without hostile clients.
    static double slowdown(Latencies alone, Latencies besideHostile) {
        return (double) besideHostile.percentile(99) / Math.max(1, alone.percentile(99));
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n%.1f requests/s of %.0f/s for %s, %.0f %% of the upstream calls fail, seed %d, -Xmx%s%s. %d skipped.%n%n",
                counts.sent() * 1e3 / options.duration.toMillis(),
                options.rate,
                options.duration.toString().substring(2).toLowerCase(Locale.ROOT),
                100 * options.faults,
                options.seed,
                options.heap,
                options.tls ? ", TLS" : "",
                counts.skipped());
        printCounts(out);
        counts.errors().forEach((kind, count) -> out.printf("%-40s %9d%n", kind, count));
        out.println();
        printLatencies(out, "Right answers", alone);
        if (options.hostile > 0) {
            printLatencies(out, "Beside hostile clients", besideHostile);
            out.printf(
                    Locale.ROOT,
                    "p99 beside hostile clients: %.1f times that without; at most %.0f.%n",
                    slowdown(alone, besideHostile),
                    options.maxSlowdown);
        }
        out.printf(
                "%d health checks, %d failed, the slowest took %d ms.%n%d us of processor time a request, with the start.%n%n",
                probe.sent.get(),
                probe.failed.get(),
                probe.latencies.percentile(100),
                gateways.processorTime().toNanos() / 1000 / Math.max(1, counts.sent()));
        out.printf(
                "%-10s %12s %9s %10s %9s %10s %10s%n",
                "gateway", "live heap kB", "RSS kB", "platform", "virtual", "sockets", "upstream");
        samples.forEach(each -> out.printf(
                "%-10s %12d %9d %10d %9d %10d %10d%n",
                each.moment,
                each.process.liveHeap(),
                each.process.resident(),
                each.process.platformThreads(),
                each.process.virtualThreads(),
                each.process.sockets(),
                each.upstream));
        out.println();
        out.print(gateways.store());
        leftovers.stream().limit(10).forEach(out::println);
        counts.examples().forEach(out::println);
        out.printf(
                "%s: %d lost, %d wrong, %d errors in the gateway's log, %s.%n",
                isGood() ? "Good" : "NOT GOOD",
                counts.count(Verdict.Kind.LOST),
                counts.count(Verdict.Kind.WRONG),
                gateways.errors(),
                gateways.areAlive() ? "it still runs" : "it ended too early");
    }

    private void printCounts(PrintStream out) {
        out.printf("%-14s %9s", "", "sent");
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            out.printf(" %11s", kind.label);
        }
        out.println();
        for (Form form : Form.values()) {
            out.printf("%-14s %9d", form.name().toLowerCase(Locale.ROOT), counts.sentAs(form));
            for (Verdict.Kind kind : Verdict.Kind.values()) {
                out.printf(" %11d", counts.count(form, kind));
            }
            out.println();
        }
        out.println();
    }

    private static void printLatencies(PrintStream out, String name, Latencies right) {
        out.printf(
                "%s: p50 %d, p90 %d, p99 %d ms, at most %d.%n",
                name, right.percentile(50), right.percentile(90), right.percentile(99), right.percentile(100));
    }
}
