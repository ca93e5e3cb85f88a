package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What is left in the gateway after a run and should not be.
final class Leftovers {

    /// The gateway's own longest cooldown is a minute, plus a quarter at random.
    private static final Duration LONGEST_COOLDOWN = Duration.ofSeconds(90);

    /// Even if a provider asks for more.
    private static final Duration LONGEST_REQUESTED = Duration.ofDays(7);

    private static final int MOST_MODELS = 50;

    private Leftovers() {}

    /// In words; empty where all is well.
    static List<String> of(Client client) throws InterruptedException {
        Answer.Response keys = client.get("/api/keys");
        Answer.Response models = client.get("/v1/models");
        var found = new ArrayList<String>();
        if (keys.status() == 200) {
            found.addAll(of(Answer.json(keys.body()), Providers.victims()));
        } else {
            found.add("/api/keys does not answer: " + keys.raw());
        }
        if (models.status() != 200 || Providers.keys().stream().anyMatch(models.raw()::contains)) {
            found.add("/v1/models does not answer, or shows a key: " + models.raw());
        }
        // Several gateways share a store, which is there at the end.
        Answer.Response health = client.get("/health");
        if (health.raw().contains("\"shared_state\":\"unavailable\"")) {
            found.add("shared state is unavailable: " + health.raw());
        }
        return found;
    }

    /// @param keys as `/api/keys` lists them
    /// @param victims those that may cool down for long, as `groq/25`
    static List<String> of(JsonNode keys, Set<String> victims) {
        Instant now = Instant.parse(keys.path("at").asText());
        var found = new ArrayList<String>();
        for (JsonNode key : keys.path("providers").findValues("keys").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            String name = key.path("key").asText();
            Instant latest = now.plus(victims.contains(name) ? LONGEST_REQUESTED : LONGEST_COOLDOWN);
            for (JsonNode known : key.path("known")) {
                // A model that no provider has may cool down for long.
                boolean guessed = known.path("model").asText().startsWith(HostileClients.GUESSED_MODEL);
                String until = known.path("until").textValue();
                if (!guessed && until != null && Instant.parse(until).isAfter(latest)) {
                    found.add(name + " cools down for too long: " + known);
                }
            }
            if (key.path("models").size() > MOST_MODELS) {
                found.add(name + " lists " + key.path("models").size() + " models");
            }
            for (JsonNode model : key.path("models")) {
                if (model.path("pending").asInt() > 0) {
                    found.add(name + " has calls in flight: " + model);
                }
            }
        }
        return found;
    }
}
