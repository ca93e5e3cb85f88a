package io.keywheel.benchmarks;

import io.keywheel.benchmarks.KeyPoolBenchmark.Path;
import io.keywheel.benchmarks.KeyPoolBenchmark.Situation;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures what the key pool costs a request, and compares it with its bounds.
///
/// What counts is the fastest hundredth of a second: whatever else the machine does only ever adds to the time.
public final class KeyPoolCost {

    private static final List<Integer> SIZES = List.of(10, 100, 1_000, 10_000);

    private KeyPoolCost() {}

    /// Prints a table as it is measured, which takes two to three minutes.
    public static void main(String[] args) throws RunnerException {
        PrintStream out = System.out;
        out.println("Choosing a key and reporting how it went, in ns per request, for so many keys");
        out.println(
                "(fastest hundredth of a second; bounds: 1000 ns for 10 keys, 2000 ns in one group, 5000 ns for more)");
        out.printf("%n%-32s %-4s", "", "path");
        SIZES.forEach(keys -> out.printf("%10d", keys));
        boolean within = true;
        for (Situation measured : Situation.values()) {
            for (Path path : Path.values()) {
                out.printf("%n%-32s %-4s", measured.title, path);
                within &= print(out, measured, measure(measured, path));
            }
        }
        out.printf("%n%n%s%n", within ? "All within their bounds." : "Those marked ! are over their bounds.");
    }

    private static Collection<RunResult> measure(Situation measured, Path path) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(KeyPoolBenchmark.class.getSimpleName())
                        .param("situation", measured.name())
                        .param("keys", SIZES.stream().map(String::valueOf).toArray(String[]::new))
                        .param("path", path.name())
                        .warmupIterations(measured == Situation.REST_AND_RETURN ? 80 : 20)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    private static boolean print(PrintStream out, Situation measured, Collection<RunResult> results) {
        boolean within = true;
        for (RunResult result : results) {
            int keys = Integer.parseInt(result.getParams().getParam("keys"));
            double least = result.getPrimaryResult().getStatistics().getMin()
                    / (measured == Situation.REST_AND_RETURN ? 2 : 1);
            boolean over = least > most(measured, keys);
            out.printf(Locale.ROOT, "%9.0f%s", least, over ? "!" : " ");
            within &= !over;
        }
        out.flush();
        return within;
    }

    /// The most nanoseconds for so many keys. In one group, another request is refused each time.
    private static int most(Situation measured, int keys) {
        int fewKeys = measured == Situation.ONE_GROUP_FULL ? 2_000 : 1_000;
        return keys <= 10 ? fewKeys : 5_000;
    }
}
