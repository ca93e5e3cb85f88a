package io.keywheel.benchmarks;

import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `./keywheel bench growth`: how the gateway's processor time for a request grows with its work.
public final class GrowthCost {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final Map<String, String> ROOM =
            Map.of("KEYWHEEL_MAX_REQUESTS", "4096", "KEYWHEEL_MAX_WAIT", "100s");

    private interface Measurement {
        Load.Result at(int value) throws Exception;
    }

    record Point(int value, Load.Result result) {}

    record Series(String name, List<Point> points) {

        double micros(int index) {
            return points.get(index).result().processorMicros();
        }
    }

    private final JavaProcess upstream;
    private final JavaProcess gateway;

    private GrowthCost(JavaProcess upstream, JavaProcess gateway) {
        this.upstream = upstream;
        this.gateway = gateway;
    }

    /// Prints the table, and writes it and the plot.
    ///
    /// @param arguments the directory for `growth.md` and `growth.svg`
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments.length == 0 ? "." : arguments[0]));
        try (var upstream = Servers.upstream();
                var gateway = Servers.gateway(upstream, 5, ROOM)) {
            List<Series> all = new GrowthCost(upstream, gateway).all();
            Files.writeString(directory.resolve("growth.md"), table(all));
            Files.writeString(directory.resolve("growth.svg"), new LogPlot(all).svg());
            System.out.println("written: " + directory.resolve("growth.md") + " and growth.svg");
        }
    }

    private List<Series> all() throws Exception {
        new Load(gateway, Api.CHAT_COMPLETIONS, "groq/whole-300", 150, 32).run(WARM_UP.multipliedBy(4));
        return List.of(
                series("connections", List.of(1, 4, 16, 64, 256, 1024), value -> run("whole-300", 150, value)),
                series(
                        "bytes of the prompt",
                        List.of(1_000, 10_000, 100_000, 1_000_000),
                        value -> run("whole-300", value, 32)),
                series(
                        "bytes of the answer",
                        List.of(1_000, 10_000, 100_000, 1_000_000),
                        value -> run("whole-" + value, 150, 32)),
                series("chunks of a stream", List.of(10, 100, 1_000, 10_000), value -> run("stream-" + value, 150, 32)),
                series("keys", List.of(10, 100, 1_000, 10_000), this::withKeys),
                series("waiting requests", List.of(1, 10, 100, 1_000), this::withWaiting));
    }

    private static Series series(String name, List<Integer> values, Measurement measurement) throws Exception {
        var points = new ArrayList<Point>();
        for (int value : values) {
            var point = new Point(value, measurement.at(value));
            points.add(point);
            System.out.printf(
                    Locale.ROOT,
                    "%,10d %-22s %9.0f us of processor time a request%n",
                    value,
                    name,
                    point.result().processorMicros());
        }
        return new Series(name, points);
    }

    private Load.Result run(String model, int prompt, int connections) {
        return measured(new Load(gateway, Api.CHAT_COMPLETIONS, "groq/" + model, prompt, connections));
    }

    private static Load.Result measured(Load load) {
        load.run(WARM_UP);
        return load.run(TIME);
    }

    private Load.Result withKeys(int keys) throws IOException {
        try (var other = Servers.gateway(upstream, keys, ROOM)) {
            var load = new Load(other, Api.CHAT_COMPLETIONS, "groq/whole-300", 150, 32);
            load.run(WARM_UP.multipliedBy(4));
            return measured(load);
        }
    }

    /// They wait for a model whose keys are all limited.
    private Load.Result withWaiting(int requests) throws Exception {
        try (var _ = new Load(gateway, Api.CHAT_COMPLETIONS, "groq/limited-0", 150, requests).hold()) {
            return run("whole-300", 150, 32);
        }
    }

    static String table(List<Series> all) {
        var rows = new StringBuilder("""
                | what grows | value | processor time a request, µs | times the first | p99, ms | failed |
                |---|---:|---:|---:|---:|---:|
                """);
        for (Series series : all) {
            for (int i = 0; i < series.points.size(); i++) {
                Point point = series.points.get(i);
                rows.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %.0f | %.1f | %.1f | %d |%n",
                        series.name,
                        point.value,
                        series.micros(i),
                        series.micros(i) / series.micros(0),
                        point.result.millis(99),
                        point.result.failures()));
            }
        }
        return rows.toString();
    }
}
