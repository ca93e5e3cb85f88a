package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.domain.status.KeyState;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reloads of a running gateway.
class ReloadTest {

    private static final String GROQ_THREE = "gsk_canary_three";
    private static final String HELLO_GROQ = World.hello("\"provider\": \"groq\", ");

    /// A `.env` file that a test changes, and a gateway that reads it.
    private static final class Dotenv {

        private final Path file;
        private final Map<String, String> variables = new TreeMap<>();

        Dotenv(Path directory) {
            file = directory.resolve(".env");
        }

        RunningGateway started(Map<String, String> settings) {
            variables.putAll(settings);
            write();
            var installed = Adapters.installed();
            SettingsReport report = Settings.read(Map.of(), file, installed, Optional.empty());
            return RunningGateway.start(
                    World.settings(report), () -> Settings.reread(Map.of(), file, true, report.adapters()));
        }

        Dotenv set(String name, String... values) {
            variables.put(name, String.join(",", values));
            write();
            return this;
        }

        private void write() {
            try {
                Files.writeString(
                        file,
                        variables.entrySet().stream()
                                .map(variable -> variable.getKey() + "=" + variable.getValue() + "\n")
                                .collect(Collectors.joining()));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Dotenv dotenv;

    @AutoClose
    private final World world;

    ReloadTest(@TempDir Path directory) {
        dotenv = new Dotenv(directory);
        world = new World(
                Map.of(),
                Scenario.withSeed(7)
                        .key(GROQ, GROQ_THREE, "org_5")
                        .key(COMPATIBLE, GROQ_ONE, "org_6")
                        .key(COMPATIBLE, GROQ_TWO, "org_7"),
                dotenv::started);
    }

    private JsonNode reload() {
        HttpResponse<String> response = world.post("/api/reload", "{}");
        assertEquals(200, response.statusCode(), response.body());
        return json(response);
    }

    private List<String> places(Class<? extends KeyState> state) {
        return world.keys().stream()
                .filter(key -> state.isInstance(key.state()))
                .map(key -> key.key().slot().toString())
                .toList();
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(JsonNode::textValue).toList();
    }

    private HttpResponse<String> withToken(String path, String body) {
        return world.send(world.request(path, body), "Authorization", "Bearer canary-token");
    }

    private void askGroq() {
        assertEquals(200, world.chat(HELLO_GROQ).statusCode());
    }

    @Test
    void reload_replaces_virtual_models() {
        dotenv.set("KEYWHEEL_MODELS", "old=groq");
        reload();
        assertEquals(200, world.chat(World.hello("\"model\": \"old\", ")).statusCode());
        dotenv.set("KEYWHEEL_MODELS", "new=cerebras/gpt-oss-120b|nowhere/m");
        assertEquals(422, world.post("/api/reload", "{}").statusCode());
        assertEquals(200, world.chat(World.hello("\"model\": \"old\", ")).statusCode());
        world.post("/api/models/refresh", "{}");
        // The last model is not built in; Groq's model list contains it.
        dotenv.set("KEYWHEEL_MODELS", "new=cerebras/gpt-oss-120b|cerebras/typo>groq/allam-2-7b");

        JsonNode said = reload();

        assertEquals(
                List.of("KEYWHEEL_MODELS, new: cerebras is not known to serve typo"), names(said.path("warnings")));
        assertEquals(404, world.chat(World.hello("\"model\": \"old\", ")).statusCode());
        assertEquals(200, world.chat(World.hello("\"model\": \"new\", ")).statusCode());
    }

    @Test
    void reload_gauge_is_0_until_a_reload_succeeds() {
        dotenv.set("KEYWHEEL_MODELS", "new=nowhere/m");
        world.post("/api/reload", "{}");
        assertTrue(world.get("/metrics").body().contains("\nkeywheel_last_reload_successful 0"));
        dotenv.set("KEYWHEEL_MODELS");

        reload();

        assertTrue(world.get("/metrics").body().contains("\nkeywheel_last_reload_successful 1"));
    }

    /// One case leaves a keyless provider.
    @ParameterizedTest
    @ValueSource(strings = {"groq,cerebras", "acme"})
    void reload_without_keys_is_refused_and_keeps_the_old_keys(String providers) {
        dotenv.set("GROQ_API_KEYS").set("CEREBRAS_API_KEYS").set("KEYWHEEL_PROVIDERS", providers);
        dotenv.set("ACME_BASE_URL", world.simulator.baseUrl(COMPATIBLE).toString())
                .set("ACME_DEFAULT_MODEL", "m");

        HttpResponse<String> response = world.post("/api/reload", "{}");

        assertEquals(422, response.statusCode());
        assertTrue(response.body().contains("No provider has a key"), response.body());
        askGroq();
    }

    @Test
    void reload_adds_and_removes_clients_without_showing_tokens() {
        dotenv.set("KEYWHEEL_ACCESS_TOKENS", "bob=canary-token");
        reload();
        assertEquals(401, world.chat(HELLO_GROQ).statusCode());
        dotenv.set("KEYWHEEL_ACCESS_TOKENS", "alice=canary-token", "bob=canary-other");

        try (var log = new CapturedLog()) {
            HttpResponse<String> came = withToken("/api/reload", "{}");
            assertEquals(200, withToken("/api/chat", HELLO_GROQ).statusCode());

            assertEquals(
                    "{\"added\":1,\"removed\":0,\"now\":2}",
                    json(came).path("access_tokens").toString());
            String line = log.lineWith("; access tokens: 1 added, 0 removed, 2 in all");
            assertFalse((came.body() + line).contains("canary"), line);
            log.lineWith(" client=alice ");

            dotenv.set("KEYWHEEL_ACCESS_TOKENS", "alice=canary-token");
            withToken("/api/reload", "{}");
            log.lineWith("; access tokens: 0 added, 1 removed, 1 in all");
        }
    }

    @Test
    void changed_base_url_replaces_the_providers_keys_and_state() {
        world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("rate-limited:50s"));
        askGroq();
        dotenv.set("GROQ_BASE_URL", world.simulator.baseUrl(COMPATIBLE).toString());

        JsonNode said = reload();

        assertEquals(2, said.path("kept").intValue());
        assertEquals(2, said.path("added").size());
        assertEquals(2, said.path("removed").size());
        assertEquals(List.of(), places(KeyState.Cooling.class));
        askGroq();
        assertEquals(COMPATIBLE, world.chats().getLast().provider());
    }

    @Test
    void reload_lists_settings_that_need_a_restart_and_applies_the_others() {
        dotenv.set("KEYWHEEL_PORT", "8099").set("KEYWHEEL_MAX_BODY", "5MiB").set("KEYWHEEL_HOST", "127.0.0.1");
        dotenv.set("GROQ_API_KEYS", GROQ_TWO).set("KEYWHEEL_HSOT", "x");

        JsonNode said = reload();

        assertEquals(List.of("KEYWHEEL_MAX_BODY", "KEYWHEEL_PORT"), names(said.path("needs_restart")));
        assertEquals(
                List.of("GROQ_API_KEYS", "KEYWHEEL_HOST", "KEYWHEEL_MAX_BODY", "KEYWHEEL_PORT"),
                names(said.path("changed")));
        assertEquals(List.of(), names(reload().path("changed")));
        assertEquals(1, said.path("removed").size());
        assertTrue(said.path("warnings").toString().contains("KEYWHEEL_HSOT"), said::toString);
    }
}
