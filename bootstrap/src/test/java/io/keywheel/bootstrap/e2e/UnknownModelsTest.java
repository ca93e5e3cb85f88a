package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients name models that do not exist, at a provider with many keys of one quota group.
@Timeout(120)
class UnknownModelsTest {

    private static final int KEYS = 100;
    private static final int NAMES = 1000;
    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    @AutoClose
    private final World world = new World(Map.of("GROQ_API_KEYS", keys()), scenario());

    @Test
    void page_of_keys_stays_small_and_chats_are_answered_while_unknown_models_are_named() throws Exception {
        var flooded = new AtomicBoolean();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> pollers = clients.submit(() -> {
                while (!flooded.get()) {
                    assertEquals(200, world.get("/api/keys").statusCode());
                    assertEquals(200, world.get("/health").statusCode());
                }
            });
            Future<?> chats = clients.submit(() -> {
                while (!flooded.get()) {
                    assertEquals(200, world.chat(HELLO).statusCode());
                }
            });
            nameUnknownModels(clients);
            flooded.set(true);
            pollers.get();
            chats.get();
        }
        Waiting.until(() -> groq(page()).path("more_models").asInt() > 0);

        String page = page();

        JsonNode groq = groq(page);
        assertTrue(page.length() < 4 << 20, () -> page.length() + " characters");
        assertEquals(KEYS, groq.path("keys").size());
        for (JsonNode key : groq.path("keys")) {
            assertTrue(key.path("models").size() <= 50, () -> key.path("models").size() + " models");
            assertTrue(key.path("known").size() <= 50, () -> key.path("known").size() + " facts");
        }
        assertTrue(groq.path("more_models").asInt() <= 128, () -> groq.path("more_models") + " more");
    }

    private void nameUnknownModels(ExecutorService clients) throws Exception {
        var random = new Random(16);
        List<String> chats = random.longs(NAMES)
                .mapToObj(number ->
                        "{\"provider\": \"groq\", \"model\": \"unknown-" + number + "\", " + HELLO.substring(1))
                .toList();
        for (int begin = 0; begin < NAMES; begin += 10) {
            var answers = new ArrayList<Future<Integer>>();
            for (String chat : chats.subList(begin, begin + 10)) {
                answers.add(clients.submit(() -> world.chat(chat).statusCode()));
            }
            for (Future<Integer> answer : answers) {
                assertTrue(answer.get() >= 400);
            }
        }
    }

    private String page() {
        return world.get("/api/keys").body();
    }

    private static JsonNode groq(String page) {
        return json(page).path("providers").path(0);
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
