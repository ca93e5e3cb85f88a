package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Pools of keys whose organisations may each use the same, in minutes that a test can wait for.
final class Pools {

    /// Long beside what an answer takes on a busy machine, and beside the whole seconds of Groq's `Retry-After`.
    static final Duration MINUTE = Duration.ofSeconds(4);

    /// What the tokens of an organisation are enough for. Requests are not limited: of how fast these come back, the
    /// gateway learns from words that do not know how short a minute is here.
    static final double PER_MINUTE = 10;

    static final double PER_SECOND = PER_MINUTE / MINUTE.toSeconds();

    static final long TOKENS_PER_MINUTE = (long) (PER_MINUTE * Load.MEAN_TOKENS);

    private static final Limits LIMITS =
            Limits.NONE.withTokensPerMinute(TOKENS_PER_MINUTE).withMinute(MINUTE);

    private Pools() {}

    /// @param patience of the requests
    /// @param organisations one key each time one is named
    static World groq(String patience, String... organisations) {
        return groq(Scenario.withSeed(7), patience, organisations);
    }

    /// @param scenario with other limits for some of the organisations
    static World groq(Scenario scenario, String patience, String... organisations) {
        return world(
                Map.of("KEYWHEEL_PROVIDERS", "groq", "KEYWHEEL_MAX_WAIT", patience),
                scenario,
                LIMITS,
                List.of(GROQ),
                organisations);
    }

    /// @param limits of each organisation
    static World cerebras(Scenario scenario, Limits limits, String patience, String... organisations) {
        return world(
                Map.of("KEYWHEEL_PROVIDERS", "cerebras", "KEYWHEEL_MAX_WAIT", patience),
                scenario,
                limits,
                List.of(CEREBRAS),
                organisations);
    }

    /// Of both, nobody waits.
    static World groqAndCerebras(String... organisations) {
        return world(Map.of(), Scenario.withSeed(7), LIMITS, List.of(GROQ, CEREBRAS), organisations);
    }

    private static World world(
            Map<String, String> settings,
            Scenario scenario,
            Limits limits,
            List<Provider> providers,
            String... organisations) {
        var more = new HashMap<>(settings);
        Scenario limited = scenario;
        for (Provider provider : providers) {
            limited = limited.limits(provider, limits);
            for (int i = 0; i < organisations.length; i++) {
                limited = limited.key(provider, key(provider, i + 1), organisations[i]);
            }
            more.put(
                    provider + "_API_KEYS",
                    IntStream.rangeClosed(1, organisations.length)
                            .mapToObj(place -> key(provider, place))
                            .collect(Collectors.joining(",")));
        }
        return new World(more, limited);
    }

    /// @param place from 1
    static String key(Provider provider, int place) {
        return provider + "-key-" + place;
    }

    /// Takes one request from a key's limits without the gateway, as somebody else would.
    static void takeOne(World world, String key) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(world.simulator.baseUrl(GROQ) + "/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .header("User-Agent", "somebody else")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"model": "openai/gpt-oss-120b", "messages": [{"role": "user", "content": "Hello"}]}"""))
                .build();
        assertEquals(200, world.client.send(request, BodyHandlers.discarding()).statusCode());
    }
}
