package io.keywheel.benchmarks;

import io.keywheel.benchmarks.Comparison.Contender;
import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/// `./keywheel bench apis`: the cost of the same answer at each API of one gateway.
public final class ApisCost {

    private ApisCost() {}

    /// Prints a table.
    ///
    /// @param arguments seconds for each API and kind of work; without it 15
    public static void main(String[] arguments) throws IOException {
        Duration time = Duration.ofSeconds(arguments.length == 0 ? 15 : Long.parseLong(arguments[0]));
        try (var upstream = Servers.upstream();
                var gateway = Servers.gateway(upstream, 5, Map.of())) {
            var comparison = new Comparison(System.out, time);
            comparison.run("whole answers", contenders(gateway, "groq/whole-300"));
            comparison.run("streams of 50 chunks, as fast as they come", contenders(gateway, "groq/stream-50"));
        }
    }

    private static Contender[] contenders(JavaProcess gateway, String model) {
        return Arrays.stream(Api.values())
                .map(api -> new Contender(api.path, gateway, new Load(gateway, api, model, 150, 32)))
                .toArray(Contender[]::new);
    }
}
