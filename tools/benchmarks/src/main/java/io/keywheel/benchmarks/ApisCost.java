package io.keywheel.benchmarks;

import io.keywheel.benchmarks.Comparison.Contender;
import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/// `./keywheel bench apis`: the cost of the same answer at each API of one gateway, and of a stream of the default
/// model without its name.
public final class ApisCost {

    private ApisCost() {}

    /// Prints a table.
    ///
    /// @param arguments seconds for each API and kind of work; without it 15
    public static void main(String[] arguments) throws IOException {
        Duration time = Duration.ofSeconds(arguments.length == 0 ? 15 : Long.parseLong(arguments[0]));
        try (var upstream = Servers.upstream();
                var gateway = Servers.gateway(upstream, 5, Map.of("GROQ_DEFAULT_MODEL", "stream-50"))) {
            var comparison = new Comparison(System.out, time);
            comparison.run(
                    "whole answers", contenders(gateway, "groq/whole-300").toArray(Contender[]::new));
            var auto = new Contender("auto", gateway, new Load(gateway, Api.CHAT_COMPLETIONS, "auto", 150, 32));
            comparison.run(
                    "streams of 50 chunks, as fast as they come",
                    Stream.concat(contenders(gateway, "groq/stream-50"), Stream.of(auto))
                            .toArray(Contender[]::new));
        }
    }

    private static Stream<Contender> contenders(JavaProcess gateway, String model) {
        return Arrays.stream(Api.values())
                .map(api -> new Contender(api.path, gateway, new Load(gateway, api, model, 150, 32)));
    }
}
