package io.keywheel.adapters.http;

import static io.keywheel.adapters.http.Door.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.routing.ProviderId;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ReloadRoutesTest {

    private static final ProviderId GROQ = new ProviderId("groq");

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withOrigins("https://chat.example"));

    private final AtomicInteger reloads = new AtomicInteger();

    @BeforeEach
    void count() {
        door.reload = () -> {
            reloads.incrementAndGet();
            return new Reloaded(
                    List.of(Samples.key(GROQ, 3)),
                    List.of(Samples.key(GROQ, 1)),
                    2,
                    new Reloaded.Tokens(3, 1, 4),
                    List.of("KEYWHEEL_HSOT is not a setting"),
                    List.of("KEYWHEEL_PORT"));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", ""})
    void says_what_has_changed(String body) {
        var response = door.post("/api/reload", body);

        assertEquals(200, response.statusCode());
        assertEquals(json("""
                        {"reloaded": true, "added": ["groq/3 0badcaf3"], "removed": ["groq/1 0badcaf1"], "kept": 2,
                         "access_tokens": {"added": 3, "removed": 1, "now": 4},
                         "warnings": ["KEYWHEEL_HSOT is not a setting"], "needs_restart": ["KEYWHEEL_PORT"]}"""), json(response));
    }

    @Test
    void says_why_nothing_has_changed() {
        door.reload = () -> {
            throw new BadSettingsException(List.of("KEYWHEEL_PORT must be a whole number", "another problem"));
        };

        var response = door.post("/api/reload", "{}", request -> request.header("X-Request-Id", "r1"));

        assertEquals(422, response.statusCode());
        assertEquals(json("""
                        {"error": "the settings cannot be used, and nothing has changed", "code": "bad_settings",
                         "details": {"problems": ["KEYWHEEL_PORT must be a whole number", "another problem"]},
                         "request_id": "r1"}"""), json(response));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"})
    void does_nothing_for_what_a_page_can_send_unasked(String type) {
        var response = door.send(HttpRequest.newBuilder(door.uri("/api/reload"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{}"))
                .build());

        assertEquals(415, response.statusCode());
        assertEquals(0, reloads.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost"})
    void does_nothing_for_a_page_of_another_origin(String origin) {
        var response = door.post("/api/reload", "{}", request -> request.header("Origin", origin));

        assertEquals(403, response.statusCode());
        assertEquals(0, reloads.get());
    }

    @Test
    void works_for_pages_of_its_own_and_of_the_origins_that_may_call() {
        String own = "http://127.0.0.1:" + door.gateway.port();
        for (String origin : List.of(own, "https://chat.example")) {
            var response = door.post("/api/reload", "{}", request -> request.header("Origin", origin));

            assertEquals(200, response.statusCode(), origin);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\": 1}", "[]", "{", "1"})
    void takes_no_fields(String body) {
        assertEquals(400, door.post("/api/reload", body).statusCode());
        assertEquals(0, reloads.get());
    }

    @Test
    void is_asked_for_by_post_alone() {
        var response = door.get("/api/reload");

        assertEquals(405, response.statusCode());
        assertEquals("POST", response.headers().firstValue("Allow").orElseThrow());
        assertEquals(0, reloads.get());
    }
}
