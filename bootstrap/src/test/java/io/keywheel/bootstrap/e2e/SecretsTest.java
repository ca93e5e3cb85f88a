package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.CEREBRAS_ONE;
import static io.keywheel.bootstrap.e2e.World.CEREBRAS_TWO;
import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Canary keys, and a search for them in everything that comes out.
@Timeout(60)
class SecretsTest {

    private static final String PROMPT = "a-prompt-nobody-else-writes";
    private static final String CHAT = "{\"messages\": [{\"role\": \"user\", \"content\": \"" + PROMPT + "\"}]}";
    private static final List<String> CANARIES = List.of(GROQ_ONE, GROQ_TWO, CEREBRAS_ONE, CEREBRAS_TWO);

    private final LogWatch log = new LogWatch();
    private final World world = new World(Map.of("KEYWHEEL_FIRST_TOKEN_TIMEOUT", "300ms"));

    @AfterEach
    void close() {
        log.close();
        world.close();
    }

    @Test
    void no_key_comes_out_whatever_goes_wrong() {
        var said = new ArrayList<String>();
        for (String fault : List.of("echo-key", "invalid-key", "rate-limited:1s", "status:500", "hang:before-head")) {
            world.simulator.on(GROQ).next(Fault.named(fault));
            world.simulator.on(CEREBRAS).next(Fault.named(fault));
            said.add(whole(world.chat(CHAT)));
            said.add(whole(world.post("/api/chat/stream", CHAT)));
        }
        for (String path : List.of("/", "/health", "/api/keys")) {
            said.add(whole(world.get(path)));
        }
        said.add(world.gateway.useCases().status().status().toString());
        said.add(String.join("\n", log.lines()));

        String all = String.join("\n", said);
        CANARIES.forEach(canary -> assertFalse(all.contains(canary), "a key came out"));
    }

    @Test
    void an_upstream_that_echoes_the_key_is_masked() {
        world.simulator.on(GROQ).next(Fault.named("echo-key"));

        HttpResponse<String> response = world.chat(CHAT);

        assertEquals(400, response.statusCode());
        assertFalse(response.body().contains(GROQ_ONE));
        assertTrue(response.body().contains("rejected"), response::body);
    }

    @Test
    void no_prompt_is_logged_and_each_chat_is_with_one_line() {
        world.chat(CHAT);
        world.post("/api/chat/stream", CHAT);

        // A line is written when the answer has gone out, so the client may be ahead of it.
        Waiting.until(() -> linesAboutChats() == 2);
        assertFalse(String.join("\n", log.lines()).contains(PROMPT));
    }

    private long linesAboutChats() {
        return log.lines().stream()
                .filter(line -> line.contains("path=/api/chat"))
                .count();
    }

    private static String whole(HttpResponse<String> response) {
        return response.statusCode() + " " + response.headers().map() + " " + response.body();
    }
}
