package io.keywheel.benchmarks;

import static java.util.Objects.requireNonNull;

import io.keywheel.process.JavaProcess;
import io.keywheel.process.ProcessInspector;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;

/// Runs several servers with the same work, in turns, so that other load of the machine affects all of them. Only
/// the ratios count.
///
/// @param time of each, after a warm-up two to four times as long
record Comparison(PrintStream out, Duration time) {

    private static final int BLOCKS = 3;

    private static final int MOST_WARM_UPS = 4;

    /// Java's compiler adds to the figures until a round costs hardly less than the one before.
    private static final double SETTLED = 0.9;

    record Contender(String name, JavaProcess server, Load load) {}

    /// Prints a row for each, and the ratios to the first.
    void run(String work, Contender... contenders) throws IOException {
        for (Contender contender : contenders) {
            warmUp(contender.load);
        }
        var results = new LinkedHashMap<Contender, Load.Result>();
        for (int i = 0; i < BLOCKS; i++) {
            for (Contender contender : contenders) {
                results.merge(contender, contender.load.run(time.dividedBy(BLOCKS)), Load.Result::and);
            }
        }
        out.printf("%-46s %9s %9s %9s %9s %7s%n", work, "requests/s", "p50 ms", "p99 ms", "CPU us", "RSS MB");
        Load.Result first = requireNonNull(results.get(contenders[0]));
        for (var each : results.entrySet()) {
            print(each.getKey(), each.getValue());
            if (!each.getKey().equals(contenders[0])) {
                printRatios(each.getValue(), first);
            }
        }
    }

    private void warmUp(Load load) {
        double before = load.run(time).processorMicros();
        for (int i = 1; i < MOST_WARM_UPS; i++) {
            double now = load.run(time).processorMicros();
            if (now > SETTLED * before) {
                return;
            }
            before = now;
        }
    }

    private void print(Contender contender, Load.Result result) throws IOException {
        out.printf(
                Locale.ROOT,
                "%-46s %9.0f %9.2f %9.2f %9.1f %7d%s%n",
                "  " + contender.name,
                result.perSecond(),
                result.millis(50),
                result.millis(99),
                result.processorMicros(),
                ProcessInspector.status(contender.server.process().pid(), "VmRSS") / 1024,
                result.failures() == 0 ? "" : "  " + result.failures() + " failed");
    }

    private void printRatios(Load.Result result, Load.Result first) {
        out.printf(
                Locale.ROOT,
                "%-46s %9.2f %9.2f %9.2f %9.2f%n",
                "    times the first",
                result.perSecond() / first.perSecond(),
                result.millis(50) / first.millis(50),
                result.millis(99) / first.millis(99),
                result.processorMicros() / first.processorMicros());
    }
}
