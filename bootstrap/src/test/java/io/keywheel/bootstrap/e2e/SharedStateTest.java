package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.certificates.Authority;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.patience.MoreTime;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Scenario;
import io.keywheel.store.StoreServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two gateways with the same keys, one store, one set of providers.
class SharedStateTest {

    private static final String TO_GROQ = World.hello("\"provider\": \"groq\", ");
    private static final String LIMITED = "rate-limited:600s";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String AWAY = "is unavailable, and this gateway goes on alone";

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
        return new World(Map.of("KEYWHEEL_SHARED_STATE", url), Scenario.withSeed(7), all -> {
            variables = new HashMap<>(all);
            return started();
        });
    }

    /// One more gateway, with the same settings.
    private RunningGateway started() {
        return RunningGateway.start(patient(World.settings(Settings.read(variables, Adapters.installed()))));
    }

    /// With a store that may take seconds, as on a machine that stands still for a moment.
    private static Settings patient(Settings read) {
        return new Settings(
                read.providers(),
                read.catalog(),
                read.listener(),
                read.clients(),
                read.usage(),
                read.sharedState().map(store -> new RedisSharedState.Settings(store.address(), store.salt(), PATIENCE)),
                read.traces(),
                read.limits(),
                read.log(),
                read.drainTimeout(),
                read.requireRestart(),
                read.texts());
    }

    private static HttpResponse<String> ask(World world, URI gateway, String path, String body) {
        HttpRequest request = body.isEmpty()
                ? HttpRequest.newBuilder(gateway.resolve(path)).build()
                : HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return world.client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitConnected(World world, RunningGateway gateway) {
        Waiting.until(() -> json(ask(world, gateway.address(), "/health", ""))
                .path("shared_state")
                .asText()
                .equals("connected"));
    }

    @Test
    void key_limited_at_one_gateway_is_asked_by_no_other_nor_after_a_restart() {
        try (var store = store();
                var world = world(store.url());
                var other = started()) {
            awaitConnected(world, world.gateway);
            awaitConnected(world, other);
            world.simulator.on(GROQ, World.GROQ_ONE).always(Fault.named(LIMITED));

            assertEquals("groq/1:rate_limited, groq/2:ok", attempts(world.chat(TO_GROQ)));

            Waiting.until(
                    () -> ask(world, other.address(), "/api/keys", "").body().contains("\"cooling\""));
            assertEquals("groq/2:ok", attempts(ask(world, other.address(), "/api/chat", TO_GROQ)));
            try (var restarted = started()) {
                awaitConnected(world, restarted);
                assertEquals("groq/2:ok", attempts(ask(world, restarted.address(), "/api/chat", TO_GROQ)));
            }
        }
    }

    /// The other one, which is killed while it probes, is only its end of the log.
    @Test
    void probe_of_a_killed_gateway_bars_others_until_its_lease_ends() throws Exception {
        MoreTime.than(Duration.ofSeconds(4), this::killAmidAProbe);
    }

    private void killAmidAProbe(Duration lease) throws Exception {
        try (var store = store();
                var world = world(store.url())) {
            awaitConnected(world, world.gateway);
            InstantSource clock = InstantSource.system();
            var address = new RedisSharedState.Address("127.0.0.1", store.port(), false, "", "", 0);
            var killed = RedisSharedState.open(
                    new RedisSharedState.Settings(address, "keywheel", PATIENCE),
                    clock,
                    new RedisSharedState.Changes() {
                        @Override
                        public void connected() {}

                        @Override
                        public void unavailable(String reason) {}
                    });
            var groq = new ProviderId("groq");
            var asked = new Fact.Asked(groq, "one", new ModelId("openai/gpt-oss-120b"));
            Instant now = clock.instant();
            Instant probeEnds = now.plus(lease);
            killed.follow(Map.of(groq, List.of(new ApiKey(World.GROQ_ONE, "one"))), lease);
            killed.listen(_ -> {});
            killed.awaitFirstAttempt(PATIENCE);
            var scope = Scope.Kind.KEY;
            killed.publish(List.of(
                    new Fact.CooledDown(asked, scope, Failure.Kind.KEY_REFUSED, now, now.plusMillis(1), 0, false)));
            assertTrue(killed.claim(
                    new Fact.Called(new Fact.CallId("", 1), asked, 10, true, Set.of(scope), now, probeEnds)));
            killed.close();

            Waiting.until(() -> world.get("/api/keys").body().contains("on_trial"));
            String attempts = "";
            while (!attempts.contains("groq/1")) {
                assertTrue(attempts.isEmpty() || attempts.equals("groq/2:ok"), attempts);
                attempts = attempts(world.chat(TO_GROQ));
            }
            assertEquals("groq/1:ok", attempts);
            assertFalse(clock.instant().isBefore(probeEnds), "the lease was not kept");
        }
    }

    @Test
    void store_that_fails_costs_no_request_and_shows_once() {
        try (var log = new LogWatch();
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

    @Test
    void password_is_in_no_line_and_no_answer() {
        try (var log = new LogWatch();
                var store = store();
                var world = world("redis://ann:canary-of-the-store@127.0.0.1:" + store.port())) {
            String line = log.lineWith(AWAY);
            assertTrue(line.contains("WRONGPASS"), line);
            assertEquals(200, world.chat(HELLO).statusCode());
            var shown = new ArrayList<>(log.lines());
            for (String path : List.of("/health", "/metrics", "/api/keys", "/nowhere")) {
                shown.add(world.get(path).body());
            }
            shown.addAll(Settings.read(
                            Map.of("GROQ_API_KEYS", "k", "KEYWHEEL_SHARED_STATE", "redis://:canary-of-the-store@"),
                            Adapters.installed())
                    .problems());
            shown.add(Settings.read(variables, Adapters.installed()).settings().toString());
            for (String text : shown) {
                assertFalse(text.contains("canary-of-the-store"), text);
            }
        }
    }

    @Test
    void store_whose_certificate_is_not_trusted_is_left_alone_and_named_once(@TempDir Path directory) throws Exception {
        SSLContext ofStranger = Authority.in(directory).identity("127.0.0.1").context();
        try (var log = new LogWatch();
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var store = ofStranger.getServerSocketFactory().createServerSocket(0)) {
            var attempts = new AtomicInteger();
            var _ = threads.submit(() -> {
                while (!store.isClosed()) {
                    try (Socket gateway = store.accept()) {
                        attempts.incrementAndGet();
                        gateway.getInputStream().readAllBytes();
                    } catch (IOException _) {
                        // It does not trust this one.
                    }
                }
            });
            try (var world = world("rediss://127.0.0.1:" + store.getLocalPort())) {
                assertEquals(200, world.chat(HELLO).statusCode());
                Waiting.until(() -> attempts.get() > 3);

                assertEquals(
                        "unavailable",
                        json(world.get("/health")).path("shared_state").asText());
                List<String> said = log.lines().stream()
                        .filter(line -> line.contains("Shared state"))
                        .toList();
                assertEquals(1, said.size(), said::toString);
                assertTrue(said.getFirst().contains(AWAY + ": its certificate is not trusted: "), said::toString);
            }
        }
    }

    @Test
    void nothing_is_shown_of_a_store_that_is_not_set_up() {
        try (var world = new World()) {
            assertFalse(world.get("/health").body().contains("shared_state"));
            assertFalse(world.get("/metrics").body().contains("shared_state"));
        }
    }
}
