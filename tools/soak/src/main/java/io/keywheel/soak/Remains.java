package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.soak.gateway.Endpoint;
import io.keywheel.soak.hostile.HostileClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What is left in the gateway after a run that no provider's own words explain.
final class Remains {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The longest rest that the gateway takes by itself is a minute, spread by a quarter; no sound key asks for
    /// more.
    private static final Duration MOST = Duration.ofSeconds(90);

    /// However long a provider says.
    private static final Duration MOST_WHERE_IT_LIES = Duration.ofDays(7);

    /// That `/api/keys` may list of a key, whatever names clients ask for.
    private static final int MOST_MODELS = 50;

    private Remains() {}

    /// @return each in words; empty where all is as at the start
    static List<String> of(Endpoint gateway) throws InterruptedException {
        try (var http = new HttpApi(gateway)) {
            Received keys = http.get("/api/keys", PATIENCE);
            Received models = http.get("/v1/models", PATIENCE);
            var remains = new ArrayList<String>();
            if (keys.status() == 200) {
                remains.addAll(of(Json.read(String.join("\n", keys.lines())), SimulatedKeys.excused()));
            } else {
                remains.add("/api/keys does not answer: " + keys.raw());
            }
            if (models.status() != 200 || SimulatedKeys.all().stream().anyMatch(models.raw()::contains)) {
                remains.add("/v1/models does not answer, or shows a key: " + models.raw());
            }
            return remains;
        }
    }

    /// @param keys as `/api/keys` lists them
    /// @param excused those of them that may be out of turn for long, as `groq/25`
    static List<String> of(JsonNode keys, Set<String> excused) {
        Instant now = Instant.parse(keys.path("at").asText());
        var remains = new ArrayList<String>();
        for (JsonNode key : keys.path("providers").findValues("keys").stream()
                .flatMap(JsonNode::valueStream)
                .toList()) {
            String name = key.path("key").asText();
            Instant latest = now.plus(excused.contains(name) ? MOST_WHERE_IT_LIES : MOST);
            for (JsonNode known : key.path("known")) {
                // A provider that does not know a model says so for as long as it does not: that is no harm.
                boolean guessed = known.path("model").asText().startsWith(HostileClients.GUESSED_MODEL);
                if (!guessed
                        && known.path("until").isTextual()
                        && Instant.parse(known.path("until").asText()).isAfter(latest)) {
                    remains.add(name + " is out of turn: " + known);
                }
            }
            if (key.path("models").size() > MOST_MODELS) {
                remains.add(name + " lists " + key.path("models").size() + " models");
            }
            for (JsonNode model : key.path("models")) {
                if (model.path("pending").asInt() > 0) {
                    remains.add(name + " has calls pending: " + model);
                }
            }
        }
        return remains;
    }
}
