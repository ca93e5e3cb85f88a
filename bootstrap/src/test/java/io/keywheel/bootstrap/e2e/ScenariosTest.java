package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.CEREBRAS_ONE;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.bootstrap.Environment;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import io.keywheel.timing.Waiting;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Rotation over keys and providers at the native API. [io.keywheel.bootstrap.embedding.ExampleTest] covers all four
/// chat methods, and the demo's tests cover failing keys and providers.
class ScenariosTest {

    @AutoClose
    private final World world = new World();

    @Test
    void chats_without_a_model_rotate_over_providers_and_keys() {
        List<String> keys = IntStream.range(0, 6)
                .mapToObj(_ -> header(world.chat(HELLO), "X-Keywheel-Key"))
                .toList();

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/1", "cerebras/1"), keys);
    }

    @Test
    void request_without_max_tokens_is_blocked_by_a_bucket_below_the_reservation() {
        var scenario = Scenario.withSeed(7)
                .limits(CEREBRAS, new Limits(0, 0, 30_000, 0))
                .clock(InstantSource.fixed(Instant.EPOCH));
        try (var limited = new World(Environment.of("GROQ_API_KEYS=", "CEREBRAS_API_KEYS=" + CEREBRAS_ONE), scenario)) {
            assertEquals(200, limited.chat(HELLO).statusCode());
            assertEquals(503, limited.chat(HELLO).statusCode());
            assertEquals(200, limited.chat(hello("\"max_tokens\": 50, ")).statusCode());
        }
    }

    @Test
    void hanging_model_list_delays_no_start_readiness_or_chat() {
        try (var local = Simulator.start(Scenario.withSeed(3))) {
            local.on(COMPATIBLE).models().always(Fault.named("hang:before-head"));
            try (var hanging = new World(
                    "KEYWHEEL_PROVIDERS=local,groq",
                    "LOCAL_BASE_URL=" + local.baseUrl(COMPATIBLE),
                    "LOCAL_DEFAULT_MODEL=m")) {
                Waiting.until(() -> !local.requests().isEmpty());

                assertEquals(200, hanging.get("/health/ready").statusCode());
                assertEquals("local/1:ok", attempts(hanging.chat(HELLO)));
                assertEquals("groq/1:ok", attempts(hanging.chat(HELLO)));
                assertFalse(local.requests().getFirst().cutOffByClient(), "the list is still awaited");
            }
        }
    }

    @Test
    void affinity_sends_a_later_turn_to_the_key_that_answered_first() {
        try (var talks = new World("KEYWHEEL_PROVIDERS=groq", "KEYWHEEL_AFFINITY=5m")) {
            assertEquals("groq/1", header(talks.chat(HELLO), "X-Keywheel-Key"));
            String later = HELLO.replace(
                    "}]",
                    "}, {\"role\": \"assistant\", \"content\": \"A\"}, {\"role\": \"user\", \"content\": \"B\"}]");

            assertEquals("groq/1", header(talks.chat(later), "X-Keywheel-Key"));
        }
    }
}
