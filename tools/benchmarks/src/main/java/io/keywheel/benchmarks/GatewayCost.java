package io.keywheel.benchmarks;

import io.keywheel.benchmarks.Comparison.Contender;
import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `./keywheel bench gateway`: the gateway beside a bare relay of its own stack. With `--clients`, it is beside a
/// gateway without clients.
///
/// Both serve the same work in turns, so that other load of the machine affects both. Only the ratios count.
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
    /// @param arguments `--clients` for a gateway with clients, limits and kept usage beside one without;
    /// seconds for each server and kind of work, without it 15
    public static void main(String[] arguments) throws IOException {
        boolean withClients = arguments.length > 0 && arguments[0].equals("--clients");
        List<String> seconds = List.of(arguments).subList(withClients ? 1 : 0, arguments.length);
        Duration time = Duration.ofSeconds(seconds.isEmpty() ? 15 : Long.parseLong(seconds.getFirst()));
        try (var upstream = Servers.upstream();
                var gateway = Servers.gateway(upstream, 5, Map.of());
                var other = withClients ? Servers.gateway(upstream, 5, clients()) : Servers.relay(upstream)) {
            var comparison = new Comparison(System.out, time);
            for (Work work : ALL) {
                var plain = contender("gateway", gateway, "groq/", work);
                if (withClients) {
                    comparison.run(work.name, plain, contender("gateway with clients", other, "groq/", work));
                } else {
                    comparison.run(work.name, contender("relay", other, "", work), plain);
                }
            }
        }
    }

    private static Contender contender(String name, JavaProcess server, String prefix, Work work) {
        return new Contender(
                name, server, new Load(server, Api.CHAT_COMPLETIONS, prefix + work.model, 150, work.connections));
    }

    /// All kinds of limits, none of which is reached, and usage in a file.
    private static Map<String, String> clients() throws IOException {
        return Map.of(
                "KEYWHEEL_ACCESS_TOKENS",
                "alice=a-token-that-is-not-used,bench=" + Load.TOKEN,
                "KEYWHEEL_CLIENTS",
                "bench: 1000000000rpm 1000000000000tpm 1000000000rpd 1000000000000tpd 1000 at once, models groq/*",
                "KEYWHEEL_DATA",
                Files.createTempDirectory("keywheel-bench").toString());
    }
}
