package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Moment;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is known of the providers' models, and that nobody waits for it.
@Timeout(60)
class ModelListTest {

    @AutoClose
    private final Simulator elsewhere = Simulator.start(Scenario.withSeed(3));

    private World world() {
        return new World(Map.of(
                "KEYWHEEL_PROVIDERS",
                "local,groq",
                "LOCAL_BASE_URL",
                elsewhere.baseUrl(COMPATIBLE).toString(),
                "LOCAL_DEFAULT_MODEL",
                "local-model"));
    }

    private static List<String> ids(World world) {
        return json(world.get("/v1/models"))
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asText())
                .toList();
    }

    private long timesAsked() {
        return elsewhere.requests().stream()
                .filter(request -> request.path().equals("/models"))
                .count();
    }

    @Test
    void a_provider_that_does_not_tell_its_models_holds_nobody_up() {
        elsewhere.on(COMPATIBLE).models().always(new Fault.Hang(Moment.BEFORE_HEAD));
        try (var world = world()) {
            Waiting.until(() -> timesAsked() == 1);

            assertEquals(200, world.get("/health/ready").statusCode());
            assertTrue(ids(world).contains("openai/gpt-oss-120b"));
            assertEquals(
                    200,
                    world.post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
                            .statusCode());
            assertEquals(200, world.post("/api/models/refresh", "{}").statusCode());
        }
    }

    @Test
    void models_are_asked_for_at_the_start_and_on_demand() {
        try (var world = world()) {
            Waiting.until(() -> ids(world).contains("whisper-large-v3"));
            assertEquals(1, timesAsked());

            world.post("/api/models/refresh", "{}");

            Waiting.until(() -> timesAsked() == 2);
        }
    }
}
