package io.keywheel.adapters.http.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadHandlerTest {

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private final AtomicInteger reloads = new AtomicInteger();

    @BeforeEach
    void count() {
        var keyless = new PoolKey(new KeySlot(Samples.GROQ, 4), new QuotaGroup(Samples.GROQ, "#keyless"), "keyless");
        testServer.reload = () -> {
            reloads.incrementAndGet();
            return new Reloaded(
                    List.of("GROQ_API_KEYS"),
                    new Reloaded.Keys(
                            List.of(Samples.key(Samples.GROQ, 3), keyless), List.of(Samples.key(Samples.GROQ, 1)), 2),
                    new Reloaded.Tokens(3, 1, 4),
                    List.of("KEYWHEEL_HSOT is not a setting"),
                    List.of("KEYWHEEL_PORT"));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", ""})
    void reload_response_lists_the_changes(String body) {
        testServer.post("/api/reload", body).assertJson(200, """
                {"reloaded": true, "changed": ["GROQ_API_KEYS"], "added": ["groq/3 0badcaf3", "groq/4 keyless"], "removed": ["groq/1 0badcaf1"], "kept": 2,
                 "access_tokens": {"added": 3, "removed": 1, "now": 4},
                 "warnings": ["KEYWHEEL_HSOT is not a setting"], "needs_restart": ["KEYWHEEL_PORT"]}""");
    }

    @Test
    void invalid_settings_return_422_with_all_problems() {
        testServer.reload = () -> {
            throw new BadSettingsException(List.of("KEYWHEEL_PORT must be a whole number", "another problem"));
        };

        testServer.post("/api/reload", "{}", "X-Request-Id: r1").assertJson(422, """
                {"error": "the settings cannot be used, and nothing has changed", "code": "bad_settings",
                 "details": {"problems": ["KEYWHEEL_PORT must be a whole number", "another problem"]},
                 "request_id": "r1"}""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    Content-Type: text/plain | {}         | 415
                    X-None: 1                | {"keys":1} | 400
                    X-None: 1                | []         | 400
                    """)
    void invalid_request_does_not_reload(String header, String body, int status) {
        testServer.post("/api/reload", body, header).assertStatus(status);

        assertEquals(0, reloads.get());
    }
}
