package io.keywheel.adapters.http.status;

import static io.keywheel.adapters.http.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
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
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withOrigins("https://chat.example"));

    private final AtomicInteger reloads = new AtomicInteger();

    @BeforeEach
    void count() {
        testServer.reload = () -> {
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
        var response = testServer.post("/api/reload", body);

        response.assertStatus(200);
        assertEquals(json("""
                        {"reloaded": true, "added": ["groq/3 0badcaf3"], "removed": ["groq/1 0badcaf1"], "kept": 2,
                         "access_tokens": {"added": 3, "removed": 1, "now": 4},
                         "warnings": ["KEYWHEEL_HSOT is not a setting"], "needs_restart": ["KEYWHEEL_PORT"]}"""), response.json());
    }

    @Test
    void says_why_nothing_has_changed() {
        testServer.reload = () -> {
            throw new BadSettingsException(List.of("KEYWHEEL_PORT must be a whole number", "another problem"));
        };

        var response = testServer.post("/api/reload", "{}", "X-Request-Id: r1");

        response.assertStatus(422);
        assertEquals(json("""
                        {"error": "the settings cannot be used, and nothing has changed", "code": "bad_settings",
                         "details": {"problems": ["KEYWHEEL_PORT must be a whole number", "another problem"]},
                         "request_id": "r1"}"""), response.json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"})
    void does_nothing_for_what_a_page_can_send_unasked(String type) {
        var response = testServer.send(HttpRequest.newBuilder(testServer.uri("/api/reload"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{}"))
                .build());

        response.assertStatus(415);
        assertEquals(0, reloads.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost"})
    void does_nothing_for_a_page_of_another_origin(String origin) {
        var response = testServer.post("/api/reload", "{}", "Origin: " + origin);

        response.assertStatus(403);
        assertEquals(0, reloads.get());
    }

    @Test
    void works_for_pages_of_its_own_and_of_the_origins_that_may_call() {
        String own = "http://127.0.0.1:" + testServer.gateway.port();
        for (String origin : List.of(own, "https://chat.example")) {
            var response = testServer.post("/api/reload", "{}", "Origin: " + origin);

            response.assertStatus(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\": 1}", "[]", "{", "1"})
    void takes_no_fields(String body) {
        testServer.post("/api/reload", body).assertStatus(400);
        assertEquals(0, reloads.get());
    }

    @Test
    void is_asked_for_by_post_alone() {
        var response = testServer.get("/api/reload");

        response.assertStatus(405);
        response.assertHeader("Allow", "POST");
        assertEquals(0, reloads.get());
    }
}
