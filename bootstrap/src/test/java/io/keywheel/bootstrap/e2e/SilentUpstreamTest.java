package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers that fall silent, each at another point, and what their clients get, over either transport.
///
/// In each test one time limit is short and all others are long: whatever ends the wait, it was that one.
@Timeout(60)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class SilentUpstreamTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final Duration SHORT = Duration.ofMillis(700);

    /// Far from the next limit, and with room for a busy machine.
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String ONE_FAILED = "groq/1:timed_out, cerebras/1:ok";

    @Parameter
    String transport = "jdk";

    private enum Limit {
        CONNECT,
        FIRST_TOKEN,
        IDLE,
        REQUEST
    }

    private World world(Limit limit, Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("KEYWHEEL_TRANSPORT", transport);
        for (Limit each : Limit.values()) {
            settings.put("KEYWHEEL_" + each + "_TIMEOUT", each == limit ? SHORT.toMillis() + "ms" : "30s");
        }
        return new World(settings);
    }

    @Test
    @Execution(CONCURRENT)
    void another_provider_answers_where_nobody_accepts() throws IOException {
        try (var silent = SilentServer.unreachable();
                var world = world(Limit.CONNECT, Map.of("GROQ_BASE_URL", silent.url("http")))) {
            assertEquals(ONE_FAILED, attempts(inTime(world, "/api/chat", HELLO)));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void another_provider_answers_where_the_handshake_of_tls_never_ends() throws IOException {
        try (var silent = SilentServer.reachable();
                var world = world(Limit.CONNECT, Map.of("GROQ_BASE_URL", silent.url("https")))) {
            assertEquals(ONE_FAILED, attempts(inTime(world, "/api/chat", HELLO)));
        }
    }

    /// The JDK's client takes the answer of a proxy for a part of the provider's.
    @Test
    @Execution(CONCURRENT)
    void another_provider_answers_where_the_proxy_says_nothing() throws IOException {
        try (var silent = SilentServer.reachable();
                var world = world(
                        transport.equals("jdk") ? Limit.FIRST_TOKEN : Limit.CONNECT,
                        Map.of("GROQ_BASE_URL", "https://groq.test", "HTTPS_PROXY", silent.url("http")))) {
            assertEquals(ONE_FAILED, attempts(inTime(world, "/api/chat", HELLO)));
        }
    }

    /// In the last two the bytes go on coming one by one, as if they never ended.
    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({
        "hang:before-head, /api/chat",
        "hang:before-head, /api/chat/stream",
        "hang:after-head, /api/chat",
        "hang:after-head, /api/chat/stream",
        "hang:after-tokens:1, /api/chat",
        "hang:before-content, /api/chat/stream",
        "drip:50ms, /api/chat",
        "drip:50ms, /api/chat/stream",
    })
    void another_provider_answers_where_no_more_comes(String fault, String path) {
        try (var world = world(Limit.FIRST_TOKEN, Map.of())) {
            world.simulator.on(GROQ).always(Fault.named(fault));

            HttpResponse<String> response = inTime(world, path, HELLO);

            assertEquals(ONE_FAILED, attempts(response), response::body);
            assertEquals("cerebras/1:ok", attempts(world.post(path, HELLO)), "nobody waits for it once more");
            assertEquals(3, world.chats().size());
            assertHungUp(world);
        }
    }

    /// Of the second the words come byte by byte.
    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"hang:after-tokens:1", "drip:4ms"})
    void a_stream_is_broken_off_where_no_more_comes(String fault) {
        try (var world = world(Limit.IDLE, Map.of())) {
            world.simulator.on(GROQ).next(Fault.named(fault));

            List<JsonNode> events =
                    World.events(inTime(world, "/api/chat/stream", HELLO).body());

            assertEquals(2, events.size(), events::toString);
            assertBrokenOff("nothing more within 700ms", events.getLast());
            assertEquals(1, world.chats().size(), "nothing is said twice");
            assertHungUp(world);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_stream_that_goes_on_and_on_is_broken_off_at_the_requests_deadline() {
        try (var world = world(Limit.REQUEST, Map.of())) {
            world.simulator.on(GROQ).next(Fault.named("slow:100ms"));

            List<JsonNode> events =
                    World.events(inTime(world, "/api/chat/stream", HELLO).body());

            assertTrue(events.size() > 2, events::toString);
            assertBrokenOff("the request's deadline passed", events.getLast());
            assertHungUp(world);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_whole_answer_that_goes_on_and_on_ends_at_the_requests_deadline() {
        try (var world = world(Limit.REQUEST, Map.of())) {
            world.simulator.on(GROQ).next(Fault.named("drip:50ms"));

            HttpResponse<String> response = inTime(world, "/api/chat", HELLO);

            assertEquals(504, response.statusCode(), response::body);
            assertEquals("deadline_exceeded", json(response).path("code").asText());
            assertEquals(1, world.chats().size());
            assertHungUp(world);
        }
    }

    private HttpResponse<String> inTime(World world, String path, String body) {
        long start = System.nanoTime();
        HttpResponse<String> response = world.post(path, body);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);

        assertTrue(taken.compareTo(SHORT) >= 0, () -> "after " + taken + ", before its time");
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

    private static String attempts(HttpResponse<String> response) {
        return header(response, "X-Keywheel-Attempts");
    }
}
