package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds state in the gateway that should have gone after a run.
final class Leftovers {

    /// Above the gateway's longest cooldown, which is a minute plus a random quarter.
    private static final Duration LONGEST_COOLDOWN = Duration.ofSeconds(90);

    /// The limit for pauses that a provider requests.
    private static final Duration LONGEST_REQUESTED = Duration.ofDays(7);

    private static final int MOST_MODELS = 50;

    private Leftovers() {}

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
        // The store of several gateways runs again at the end.
        Answer.Response health = client.get("/health");
        if (health.raw().contains("\"shared_state\":\"unavailable\"")) {
            found.add("shared state is unavailable: " + health.raw());
        }
        return found;
    }

    /// @param keys the answer of `/api/keys`
    /// @param victims the keys that may cool down for long, such as `groq/25`
    static List<String> of(JsonNode keys, Set<String> victims) {
        Instant now = Instant.parse(keys.path("at").asText());
        var found = new ArrayList<String>();
        for (JsonNode key : keys.path("providers").findValues("keys").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            String name = key.path("key").asText();
            Instant latest = now.plus(victims.contains(name) ? LONGEST_REQUESTED : LONGEST_COOLDOWN);
            for (JsonNode known : key.path("known")) {
                // Unknown models may cool down for long.
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
