package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /// @param maxWait of the requests
    /// @param organisations one key each time one is named
    static World groq(String maxWait, String... organisations) {
        return groq(Scenario.withSeed(7), maxWait, organisations);
    }

    /// @param scenario with other limits for some of the organisations
    static World groq(Scenario scenario, String maxWait, String... organisations) {
        var settings = Map.of("KEYWHEEL_PROVIDERS", "groq", "KEYWHEEL_MAX_WAIT", maxWait);
        return world(settings, scenario, List.of(GROQ), organisations);
    }

    /// Of both, no request waits.
    static World groqAndCerebras(String... organisations) {
        return world(Map.of(), Scenario.withSeed(7), List.of(GROQ, CEREBRAS), organisations);
    }

    private static World world(
            Map<String, String> settings, Scenario scenario, List<Provider> providers, String... organisations) {
        var more = new HashMap<>(settings);
        Scenario limited = scenario;
        for (Provider provider : providers) {
            limited = limited.limits(provider, LIMITS);
            var keys = new ArrayList<String>();
            for (String organisation : organisations) {
                keys.add(provider + "-key-" + (keys.size() + 1));
                limited = limited.key(provider, keys.getLast(), organisation);
            }
            more.put(provider + "_API_KEYS", String.join(",", keys));
        }
        return new World(more, limited);
    }
}
