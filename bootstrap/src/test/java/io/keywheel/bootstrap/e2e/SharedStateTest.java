package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import io.keywheel.store.StoreServer;
import io.keywheel.timing.Waiting;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two gateways share keys, store and providers.
class SharedStateTest {

    private static final String TO_GROQ = World.hello("\"provider\": \"groq\", ");
    private static final String LIMITED = "rate-limited:600s";
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(20);
    private static final String AWAY = "is unavailable, and this gateway continues alone";

    private Map<String, String> variables = Map.of();

    @BeforeEach
    void storeIsInstalled() {
        Assumptions.assumeFalse(
                StoreServer.programs().isEmpty(), "skipped: neither redis-server nor valkey-server is installed");
    }

    private static StoreServer store() {
        return StoreServer.start(StoreServer.programs().getFirst());
    }

    private World world(String url) {
        return new World(Environment.of("KEYWHEEL_SHARED_STATE=" + url), Scenario.withSeed(7), all -> {
            variables = all;
            return started();
        });
    }

    /// Starts another gateway with the same settings, overridden by `others` until it reloads.
    private RunningGateway started(String... others) {
        var all = new HashMap<>(variables);
        all.putAll(Environment.of(others));
        var installed = Adapters.installed();
        return RunningGateway.start(
                withLongTimeout(World.settings(Settings.read(all, installed))),
                () -> Settings.read(variables, installed));
    }

    /// Raises the store timeout, so that a stall of the machine is no outage.
    private static Settings withLongTimeout(Settings read) {
        return new Settings(
                read.providers(),
                read.catalog(),
                read.listener(),
                read.clients(),
                read.usage(),
                read.sharedState()
                        .map(store -> new RedisSharedState.Settings(store.address(), store.salt(), LONG_TIMEOUT)),
                read.traces(),
                read.limits(),
                read.log(),
                read.drainTimeout(),
                read.requireRestart(),
                read.hashes());
    }

    private static HttpResponse<String> ask(World world, URI gateway, String path, String body) {
        HttpRequest request = body.isEmpty()
                ? HttpRequest.newBuilder(gateway.resolve(path)).build()
                : World.request(gateway.resolve(path), body);
        return world.send(request);
    }

    private static void awaitConnected(World world, RunningGateway gateway) {
        Waiting.until(() -> json(ask(world, gateway.address(), "/health", ""))
                .path("shared_state")
                .asText()
                .equals("connected"));
    }

    private static void awaitCooldown(World world, RunningGateway gateway) {
        Waiting.until(
                () -> ask(world, gateway.address(), "/api/keys", "").body().contains("\"cooling\""));
    }

    @Test
    void cooldown_is_shared_with_other_gateways_and_survives_a_restart() {
        try (var store = store();
                var world = world(store.url());
                var other = started()) {
            awaitConnected(world, world.gateway);
            awaitConnected(world, other);
            world.simulator.on(GROQ, World.GROQ_ONE).always(Fault.named(LIMITED));

            assertEquals("groq/1:rate_limited, groq/2:ok", attempts(world.chat(TO_GROQ)));

            awaitCooldown(world, other);
            assertEquals("groq/2:ok", attempts(ask(world, other.address(), "/api/chat", TO_GROQ)));
            try (var restarted = started()) {
                awaitConnected(world, restarted);
                assertEquals("groq/2:ok", attempts(ask(world, restarted.address(), "/api/chat", TO_GROQ)));
            }
        }
    }

    @Test
    void cooldown_of_a_key_added_by_a_reload_is_shared() {
        try (var store = store();
                var world = world(store.url());
                var other = started("GROQ_API_KEYS=" + World.GROQ_TWO)) {
            awaitConnected(world, world.gateway);
            awaitConnected(world, other);
            other.reload();
            world.simulator.on(GROQ, World.GROQ_ONE).always(Fault.named(LIMITED));

            assertEquals("groq/1:rate_limited, groq/2:ok", attempts(world.chat(TO_GROQ)));

            awaitCooldown(world, other);
        }
    }

    @Test
    void store_outage_fails_no_request_and_is_logged_once() {
        try (var log = new CapturedLog();
                var store = store();
                var world = world(store.url())) {
            awaitConnected(world, world.gateway);
            assertTrue(world.get("/metrics").body().contains("\nkeywheel_shared_state_up 1"));

            store.kill();
            log.lineWith(AWAY);
            assertEquals(200, world.chat(HELLO).statusCode());
            assertEquals(
                    "unavailable",
                    json(world.get("/health")).path("shared_state").asText());
            assertTrue(world.get("/metrics").body().contains("\nkeywheel_shared_state_up 0"));

            store.startAgain();
            awaitConnected(world, world.gateway);
            assertEquals(
                    1, log.lines().stream().filter(line -> line.contains(AWAY)).count());
            Waiting.until(() -> log.lines().stream()
                            .filter(line -> line.contains("Shared state: connected"))
                            .count()
                    == 2);
        }
    }
}
