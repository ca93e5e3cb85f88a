package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Scenario;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients name models that do not exist, at a provider with many keys of one quota group.
@Timeout(120)
class UnknownModelsTest {

    private static final int KEYS = 100;
    private static final int NAMES = 300;

    @AutoClose
    private final World world = new World(Map.of("GROQ_API_KEYS", keys()), scenario());

    @Test
    void page_of_keys_stays_small_and_chats_are_answered_while_unknown_models_are_named() {
        for (int i = 0; i < NAMES; i += 10) {
            var unknown = IntStream.range(i, i + 10)
                    .mapToObj(number -> CompletableFuture.supplyAsync(
                            () -> world.chat(hello("\"provider\": \"groq\", \"model\": \"unknown-" + number + "\", "))))
                    .toList();
            assertEquals(200, world.chat(HELLO).statusCode());
            unknown.forEach(answer -> assertTrue(answer.join().statusCode() >= 400));
        }
        String page = world.freshKeys().body();

        JsonNode groq = json(page).path("providers").path(0);
        assertTrue(page.length() < 4 << 20, () -> page.length() + " characters");
        assertEquals(KEYS, groq.path("keys").size());
        for (JsonNode key : groq.path("keys")) {
            assertTrue(key.path("models").size() <= 50, () -> key.path("models").size() + " models");
            assertTrue(key.path("known").size() <= 50, () -> key.path("known").size() + " facts");
        }
        int more = groq.path("more_models").asInt();
        assertTrue(more > 0 && more <= 128, () -> more + " more");
    }

    private static String key(int number) {
        return "gsk_of_the_team_%03d".formatted(number);
    }

    private static String keys() {
        return IntStream.range(0, KEYS)
                .mapToObj(number -> key(number) + "@team")
                .collect(Collectors.joining(","));
    }

    private static Scenario scenario() {
        Scenario scenario = Scenario.withSeed(16);
        for (int number = 0; number < KEYS; number++) {
            scenario = scenario.key(GROQ, key(number), "org_team");
        }
        return scenario;
    }
}
