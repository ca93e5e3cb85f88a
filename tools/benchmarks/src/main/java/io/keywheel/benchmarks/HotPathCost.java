package io.keywheel.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// `./keywheel bench hot`: what one call of each hot path takes, in time and in memory.
public final class HotPathCost {

    private record HotPath(String method, String title) {}

    private static final List<HotPath> ALL = List.of(
            new HotPath("chooseKey", "choosing one of 100 keys, and reporting how it went"),
            new HotPath("clientLimits", "a client's limits, to reserve and to settle"),
            new HotPath("clientUsage", "a client's usage, of a chat that has ended"),
            new HotPath("readRequest", "reading a request of 250 bytes"),
            new HotPath("wholeAnswer", "a whole answer, from writing the request on"),
            new HotPath("relayChunk", "a chunk of a stream, to the sink"));

    private HotPathCost() {}

    /// Prints a table as it is measured, which takes two minutes.
    ///
    /// @param args the hot paths that are wanted, such as `clientUsage`; none: all
    public static void main(String[] args) throws RunnerException {
        List<String> wanted = List.of(args);
        PrintStream out = System.out;
        out.printf("%-54s %10s %10s%n", "", "ns", "bytes");
        for (HotPath path : ALL) {
            if (!wanted.isEmpty() && !wanted.contains(path.method)) {
                continue;
            }
            RunResult result = new Runner(new OptionsBuilder()
                            .include(HotPathBenchmark.class.getSimpleName() + "\\." + path.method + "$")
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .runSingle();
            out.printf(
                    Locale.ROOT,
                    "%-54s %10.0f %10.0f%n",
                    path.title,
                    result.getPrimaryResult().getScore(),
                    Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                            .getScore());
        }
    }
}
