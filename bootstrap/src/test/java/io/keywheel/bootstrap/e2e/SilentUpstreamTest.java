package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.patience.MoreTime;
import io.keywheel.simulator.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers hang at different points; the tests check what clients receive.
///
/// Each test has one short timeout, and all others are long, so only the short one can end the wait. If another
/// provider must answer in the same time, the test uses [MoreTime].
@Timeout(120)
class SilentUpstreamTest {

    private static final Duration SHORT = Duration.ofMillis(700);

    /// Far below the next timeout, with a margin for a busy machine.
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String ONE_FAILED = "groq/1:timed_out, cerebras/1:ok";

    enum Limit {
        CONNECT,
        FIRST_TOKEN,
        IDLE,
        REQUEST
    }

    private static World world(Limit limit, Duration time, Map<String, String> more) {
        var settings = new HashMap<>(more);
        for (Limit each : Limit.values()) {
            settings.put("KEYWHEEL_" + each + "_TIMEOUT", each == limit ? time.toMillis() + "ms" : "90s");
        }
        return new World(settings);
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"jdk", "helidon"})
    void hanging_tls_handshake_times_out_and_falls_back(String transport) throws Exception {
        try (var silent = silent()) {
            var settings = Map.of(
                    "GROQ_BASE_URL", "https://127.0.0.1:" + silent.getLocalPort(), "KEYWHEEL_TRANSPORT", transport);
            assertOneFails(Limit.CONNECT, settings);
        }
    }

    /// The JDK client counts the proxy's answer towards the first-token timeout.
    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({"jdk, FIRST_TOKEN", "helidon, CONNECT"})
    void silent_proxy_times_out_and_falls_back(String transport, Limit limit) throws Exception {
        try (var silent = silent()) {
            var settings = Map.of(
                    "GROQ_BASE_URL",
                    "https://groq.test",
                    "HTTPS_PROXY",
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "KEYWHEEL_TRANSPORT",
                    transport);
            assertOneFails(limit, settings);
        }
    }

    /// A listener that never accepts: the system completes the handshake and buffers some bytes.
    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static void assertOneFails(Limit limit, Map<String, String> settings) throws Exception {
        MoreTime.than(SHORT, time -> {
            try (var world = world(limit, time, settings)) {
                assertEquals(ONE_FAILED, attempts(inTime(time, world, "/api/chat")));
            }
        });
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({
        "hang:before-head, /api/chat",
        "hang:before-content, /api/chat/stream",
    })
    void answer_hanging_before_content_times_out_and_falls_back(String fault, String path) throws Exception {
        MoreTime.than(SHORT, time -> {
            try (var world = world(Limit.FIRST_TOKEN, time, Map.of())) {
                world.simulator.on(GROQ).always(Fault.named(fault));

                HttpResponse<String> response = inTime(time, world, path);

                assertEquals(ONE_FAILED, attempts(response), response::body);
                assertFalse(response.body().contains("\"error\""), response::body);
                assertEquals("cerebras/1:ok", attempts(world.post(path, HELLO)), "no second request waits for it");
                assertEquals(3, world.chats().size());
                assertHungUp(world);
            }
        });
    }

    /// The second fault sends the content byte by byte.
    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"hang:after-tokens:1", "drip:4ms"})
    void stream_without_content_within_the_idle_timeout_is_interrupted(String fault) {
        try (var world = world(Limit.IDLE, SHORT, Map.of())) {
            world.simulator.on(GROQ).next(Fault.named(fault));

            List<JsonNode> events =
                    World.events(inTime(SHORT, world, "/api/chat/stream").body());

            assertEquals(2, events.size(), events::toString);
            assertBrokenOff("nothing more within 700ms", events.getLast());
            assertEquals(1, world.chats().size(), "nothing is said twice");
            assertHungUp(world);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void endless_stream_is_interrupted_at_the_request_deadline() throws Exception {
        MoreTime.than(SHORT, time -> {
            try (var world = world(Limit.REQUEST, time, Map.of())) {
                world.simulator.on(GROQ).next(Fault.named("slow:" + time.toMillis() / 7 + "ms"));

                List<JsonNode> events =
                        World.events(inTime(time, world, "/api/chat/stream").body());

                assertTrue(events.size() > 2, events::toString);
                assertBrokenOff("the request's deadline passed", events.getLast());
                assertHungUp(world);
            }
        });
    }

    private static HttpResponse<String> inTime(Duration least, World world, String path) {
        long start = System.nanoTime();
        HttpResponse<String> response = world.post(path, HELLO);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);

        assertTrue(taken.compareTo(least) >= 0, () -> "after " + taken + ", before its time");
        assertTrue(taken.compareTo(SOON) < 0, () -> "only after " + taken);
        return response;
    }

    private static void assertHungUp(World world) {
        Waiting.until(() -> world.chats().getFirst().cutOffByClient());
    }

    private static void assertBrokenOff(String why, JsonNode last) {
        assertTrue(last.path("done").asBoolean(), last::toString);
        assertEquals("interrupted", last.path("code").asText(), last::toString);
        assertEquals(why, last.path("error").asText());
    }
}
