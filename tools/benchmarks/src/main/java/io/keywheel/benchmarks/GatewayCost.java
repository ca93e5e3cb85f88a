package io.keywheel.benchmarks;

import io.keywheel.benchmarks.Comparison.Contender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// `./keywheel bench gateway`: the gateway beside a bare relay of its own stack, in one run.
///
/// Both serve the same work in turns, so that whatever else the machine does falls on both. Only the ratios count.
public final class GatewayCost {

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
            var comparison = new Comparison(System.out, time);
            for (Work work : ALL) {
                comparison.run(
                        work.name,
                        new Contender(
                                "relay",
                                relay,
                                new Load(relay, Api.CHAT_COMPLETIONS, work.model, 150, work.connections)),
                        new Contender(
                                "gateway",
                                gateway,
                                new Load(gateway, Api.CHAT_COMPLETIONS, "groq/" + work.model, 150, work.connections)));
            }
        }
    }

    static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj("k%08d"::formatted).toList();
    }
}
