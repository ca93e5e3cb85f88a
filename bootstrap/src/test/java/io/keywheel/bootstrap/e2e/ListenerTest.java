package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.simulator.Fault;
import io.keywheel.timing.Waiting;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The listener's limits and origins, each with a value that is not the default.
class ListenerTest {

    private static final String ORIGIN = "https://page.test";

    @AutoClose
    private final World world =
            new World("KEYWHEEL_MAX_REQUESTS=1", "KEYWHEEL_MAX_BODY=1KiB", "KEYWHEEL_CORS_ORIGINS=" + ORIGIN);

    @Test
    void configured_listener_limits_and_origins_are_enforced() {
        HttpResponse<String> allowed = world.send(world.request("/v1/models"), "Origin", ORIGIN);
        assertEquals(200, allowed.statusCode());
        assertEquals(ORIGIN, World.header(allowed, "Access-Control-Allow-Origin"));

        HttpResponse<String> tooLarge = world.chat(World.HELLO + " ".repeat(1024));
        assertEquals(413, tooLarge.statusCode());
        assertEquals("body_too_large", World.code(tooLarge));

        world.simulator.on(GROQ).next(Fault.named("hang:before-head"));
        var _ = world.sendAsync(world.request("/api/chat", World.HELLO));
        Waiting.until(() -> world.chats().size() == 1);
        HttpResponse<String> second = world.chat(World.HELLO);
        assertEquals(503, second.statusCode());
        assertEquals("unavailable", World.code(second));
        assertEquals(1, world.chats().size());
    }
}
