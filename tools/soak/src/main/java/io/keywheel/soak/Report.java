package io.keywheel.soak;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// What a run has shown.
record Report(Options options, Tally tally, Findings findings, List<Checkpoint> checkpoints, GatewayProcess gateway) {

    private static final String ROW = "%-14s %9s %9s %9s %11s %9s %6s %6s%n";
    private static final String CHECK = "%-10s %12s %9s %10s %9s %10s %10s%n";

    /// Nothing lost, nothing wrong, no request without an outcome, nothing found, and the gateway still there.
    boolean isGood() {
        Tally.Row all = tally.all();
        return all.lost == 0
                && all.wrong == 0
                && all.sent == all.ended()
                && gateway.isAlive()
                && gateway.bugs() == 0
                && findings.isGood();
    }

    void print(PrintStream out) {
        Tally.Row all = tally.all();
        double seconds = options.duration().toMillis() / 1e3;
        out.printf(
                Locale.ROOT,
                "%nAsked for %.0f/s for %s with %.0f %% of the calls going wrong, seed %d, gateway with -Xmx%s.%n",
                options.perSecond(),
                options.duration().toString().substring(2).toLowerCase(Locale.ROOT),
                100 * options.faults(),
                options.seed(),
                options.heap());
        out.printf(
                Locale.ROOT,
                "Sent %.1f/s. %d requests were due and not sent: this machine had no time for them.%n%n",
                all.sent / seconds,
                tally.notSent());
        if (options.tls()) {
            out.printf("All over TLS.%n%n");
        }
        forms(out, all);
        errors(out);
        vitals(out, all);
        findings.print(out);
        tally.examples().forEach(out::println);
        if (!gateway.isAlive()) {
            out.println("The gateway ended before its time.");
        }
        out.printf(
                "%s: %d lost, %d wrong, %d errors of its own in the gateway's log.%n",
                isGood() ? "Good" : "NOT GOOD", all.lost, all.wrong, gateway.bugs());
    }

    private void forms(PrintStream out, Tally.Row all) {
        out.printf(ROW, "", "sent", "right", "error", "broken off", "left", "LOST", "WRONG");
        for (Form form : Form.values()) {
            row(out, form.name().toLowerCase(Locale.ROOT), tally.of(form));
        }
        row(out, "all", all);
    }

    private static void row(PrintStream out, String name, Tally.Row row) {
        out.printf(ROW, name, row.sent, row.right, row.refused, row.brokenOff, row.left, row.lost, row.wrong);
    }

    private void errors(PrintStream out) {
        out.println();
        tally.errors().forEach((kind, count) -> out.printf("%-40s %9d%n", kind, count));
    }

    private void vitals(PrintStream out, Tally.Row all) {
        Latencies latencies = tally.latencies();
        out.printf(
                "%nRight answers took p50 %d, p90 %d, p99 %d, p99.9 %d ms, at most %d.%n",
                latencies.percentile(50),
                latencies.percentile(90),
                latencies.percentile(99),
                latencies.percentile(99.9),
                latencies.percentile(100));
        out.printf(
                "The gateway used %d us of processor time for each request, start included.%n%n",
                gateway.processorTime().toNanos() / 1000 / Math.max(1, all.sent));
        out.printf(CHECK, "gateway", "live heap kB", "RSS MB", "platform", "virtual", "sockets", "upstream");
        for (Checkpoint point : checkpoints) {
            Vitals vitals = point.vitals();
            out.printf(
                    CHECK,
                    point.name(),
                    told(vitals.heap(), 10),
                    told(vitals.resident(), 20),
                    told(vitals.platformThreads(), 0),
                    told(vitals.virtualThreads(), 0),
                    told(vitals.sockets(), 0),
                    point.upstream());
        }
        out.println();
    }

    private static String told(OptionalLong number, int shift) {
        return number.isPresent() ? Long.toString(number.getAsLong() >> shift) : "?";
    }
}
