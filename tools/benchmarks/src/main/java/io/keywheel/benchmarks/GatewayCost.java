package io.keywheel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// `./keywheel bench gateway`: the gateway beside a bare relay of its own stack, in one run.
///
/// Both serve the same work in turns, so that whatever else the machine does falls on both. Only the ratios count.
public final class GatewayCost {

    private static final int BLOCKS = 3;

    private record Work(String name, String model, int connections) {}

    private static final List<Work> ALL = List.of(
            new Work("whole answers", "whole-300", 32),
            new Work("streams of 50 chunks, as fast as they come", "stream-50", 32),
            new Work("streams with a chunk each 5 ms", "paced-50", 32),
            new Work("the same with 256 connections", "paced-50", 256));

    private GatewayCost() {}

    /// Prints a table.
    ///
    /// @param arguments seconds for each server and kind of work; without it 15
    public static void main(String[] arguments) throws IOException {
        Duration time = Duration.ofSeconds(arguments.length == 0 ? 15 : Long.parseLong(arguments[0]));
        try (var upstream = ServerProcess.start("io.keywheel.benchmarks.Upstream", Map.of());
                var relay = ServerProcess.start(
                        "io.keywheel.benchmarks.Relay",
                        Map.of(),
                        upstream.address().toString());
                var gateway = ServerProcess.gateway(upstream.address(), keys(5), Map.of())) {
            run(System.out, relay, gateway, time);
        }
    }

    static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj("k%08d"::formatted).toList();
    }

    private static void run(PrintStream out, ServerProcess relay, ServerProcess gateway, Duration time)
            throws IOException {
        out.printf("%-46s %9s %9s %9s %9s %7s%n", "", "requests/s", "p50 ms", "p99 ms", "CPU us", "RSS MB");
        for (Work work : ALL) {
            var ofRelay = new Load(relay, work.model, 150, work.connections);
            var ofGateway = new Load(gateway, "groq/" + work.model, 150, work.connections);
            // The compiler needs some time under load.
            ofRelay.run(time);
            ofGateway.run(time);
            var relayed = new ArrayList<Load.Result>();
            var answered = new ArrayList<Load.Result>();
            for (int i = 0; i < BLOCKS; i++) {
                relayed.add(ofRelay.run(time.dividedBy(BLOCKS)));
                answered.add(ofGateway.run(time.dividedBy(BLOCKS)));
            }
            Load.Result one = Load.Result.of(relayed);
            Load.Result other = Load.Result.of(answered);
            out.println(work.name);
            print(out, "  relay", one, relay);
            print(out, "  gateway", other, gateway);
            out.printf(
                    Locale.ROOT,
                    "  gateway / relay: processor time %.2f, p99 %.2f, requests/s %.2f%n",
                    other.processorMicros() / one.processorMicros(),
                    other.millis(99) / one.millis(99),
                    other.perSecond() / one.perSecond());
        }
    }

    private static void print(PrintStream out, String name, Load.Result result, ServerProcess server)
            throws IOException {
        out.printf(
                Locale.ROOT,
                "%-46s %9.0f %9.2f %9.2f %9.0f %7d%s%n",
                name,
                result.perSecond(),
                result.millis(50),
                result.millis(99),
                result.processorMicros(),
                server.resident(),
                result.failures() == 0 ? "" : "  " + result.failures() + " failed");
    }
}
