package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.e2e.RawClient.Way;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that leave, each in another way and at another moment, and what is left of them, over either
/// transport.
@Timeout(60)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class GoneClientsTest {

    private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";
    private static final String HELLO = "{" + MESSAGES + "}";
    private static final String OPENAI_STREAM = "{\"model\": \"auto\", \"stream\": true, " + MESSAGES + "}";

    /// Some milliseconds on a quiet machine.
    private static final Duration SOON = Duration.ofSeconds(10);

    @Parameter
    String transport = "jdk";

    private World world;

    @BeforeEach
    void start() {
        world = world(Map.of());
    }

    private World world(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("KEYWHEEL_TRANSPORT", transport);
        settings.put("KEYWHEEL_MAX_WAIT", "10s");
        return new World(settings);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "hang:before-head, /api/chat",
        "hang:after-head, /api/chat",
        "hang:before-head, /api/chat/stream",
        "hang:before-content, /api/chat/stream",
        "hang:after-tokens:1, /api/chat/stream",
        "hang:before-content, /v1/chat/completions",
    })
    void end_their_calls(String fault, String path) throws IOException {
        hang(fault);
        for (Way way : Way.values()) {
            world.simulator.clearRequests();
            try (var client = new RawClient(world)) {
                client.post(path, path.startsWith("/v1") ? OPENAI_STREAM : HELLO);
                Waiting.until(() -> world.chats().size() == 1);

                client.leave(way);

                Waiting.within(SOON, () -> world.chats().getFirst().cutOffByClient());
            }
        }
        assertNoKeyIsBlamed();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void end_all_calls_of_a_websocket_without_a_close_frame(Way way) throws IOException {
        hang("hang:before-content");
        try (var client = new RawClient(world).openWebSocket()) {
            for (int i = 0; i < 4; i++) {
                client.frame("{\"id\": \"" + i + "\", " + MESSAGES + "}");
            }
            Waiting.until(() -> world.chats().size() == 4);

            client.leave(way);

            Waiting.within(SOON, () -> world.chats().stream().allMatch(Received::cutOffByClient));
        }
        assertNoKeyIsBlamed();
    }

    /// What hangs is the second key: the first one is refused. A socket that finds the client gone while it sends
    /// logs the attempt as it stood, which was ok.
    @ParameterizedTest
    @CsvSource({
        "hang:before-head, /api/chat, 499",
        "hang:before-content, /api/chat/stream, 499",
        "hang:after-tokens:1, /api/chat/stream, 200",
        "hang:before-content, /v1/chat/completions, 499",
        "hang:before-content, /api/chat/ws, 499",
        "hang:after-tokens:1, /api/chat/ws, 499",
    })
    void are_logged_with_the_keys_that_were_asked(String fault, String path, int status) throws IOException {
        hang(fault);
        world.simulator.on(GROQ).next(Fault.named("invalid-key"));
        world.simulator.on(CEREBRAS).next(Fault.named("invalid-key"));
        try (var log = new LogWatch();
                var client = new RawClient(world)) {
            if (path.endsWith("ws")) {
                client.openWebSocket().frame(HELLO);
            } else {
                client.post(path, path.startsWith("/v1") ? OPENAI_STREAM : HELLO);
            }
            Waiting.until(() -> world.chats().size() == 3);
            if (fault.startsWith("hang:after")) {
                client.readUntil("content");
            }

            client.leave(Way.CLOSE);

            Waiting.until(() -> log.lines().stream().anyMatch(line -> line.contains("outcome=client_gone")));
            String line = log.lines().stream()
                    .filter(some -> some.contains("outcome=client_gone"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(line.contains(" path=" + path + " status=" + status + " "), line);
            String end = path.endsWith("ws") ? "(cancelled|interrupted|ok)" : "(cancelled|interrupted)";
            assertTrue(line.matches("(?s).* attempts=\"(\\w+/\\d:key_refused, ){2}\\w+/\\d:" + end + "\" .*"), line);
        }
    }

    @Test
    void that_only_listen_on_get_no_answer_and_an_end() throws IOException {
        hang("hang:before-head");
        try (var client = new RawClient(world).post("/api/chat", HELLO)) {
            Waiting.until(() -> !world.chats().isEmpty());

            client.leave(Way.HALF_CLOSE);

            assertEquals("", client.readAll());
        }
    }

    @Test
    void leave_the_line_of_those_who_wait_for_a_key() throws IOException {
        world.close();
        world = world(Map.of("KEYWHEEL_PROVIDERS", "groq", "GROQ_API_KEYS", World.GROQ_ONE));
        world.simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofSeconds(3)));
        assertEquals(503, world.chat(HELLO).statusCode());
        try (var client = new RawClient(world).post("/api/chat", HELLO)) {
            Waiting.until(GoneClientsTest::isSomebodyInLine);

            client.leave(Way.CLOSE);

            Waiting.within(SOON, () -> !isSomebodyInLine());
        }
        assertEquals(200, world.chat(HELLO).statusCode());
        assertEquals(2, world.chats().size(), "nobody was asked for the one that left");
    }

    private static boolean isSomebodyInLine() {
        return Held.virtualThreadsNow().stream().anyMatch(stack -> stack.contains("QueuedRequest.awaitStep"));
    }

    @Test
    void leave_nothing_behind() throws IOException {
        Waiting.until(() -> world.simulator.requests().size() == 2
                && Held.now(world).virtualThreads().size() < 10);
        Held before = Held.now(world);
        hang("hang:before-content");
        List<RawClient> clients = clients();
        Waiting.until(() -> world.chats().size() == 40);
        Held during = Held.now(world);

        Iterator<Way> ways = Stream.generate(Way::values).flatMap(Stream::of).iterator();
        for (RawClient client : clients) {
            client.leave(ways.next());
        }

        Waiting.within(SOON, () -> world.chats().stream().allMatch(Received::cutOffByClient));
        for (RawClient client : clients) {
            client.close();
        }
        assertTrue(during.virtualThreads().size() >= before.virtualThreads().size() + 40, during::toString);
        assertTrue(during.upstream() >= 40, during::toString);
        Waiting.until(() -> Held.now(world).isWithin(before));
        assertEquals(40, world.chats().size(), "no further attempt was started");
        assertNoKeyIsBlamed();
    }

    /// 10 of each form, and one WebSocket with 10 chats.
    private List<RawClient> clients() throws IOException {
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < 10; i++) {
            clients.add(new RawClient(world).post("/api/chat", HELLO));
            clients.add(new RawClient(world).post("/api/chat/stream", HELLO));
            clients.add(new RawClient(world).post("/v1/chat/completions", OPENAI_STREAM));
        }
        RawClient socket = new RawClient(world).openWebSocket();
        for (int i = 0; i < 10; i++) {
            socket.frame("{\"id\": \"" + i + "\", " + MESSAGES + "}");
        }
        clients.add(socket);
        return clients;
    }

    private void hang(String fault) {
        for (Provider provider : List.of(GROQ, CEREBRAS)) {
            world.simulator.on(provider).always(Fault.named(fault));
        }
    }

    private void assertNoKeyIsBlamed() {
        for (JsonNode provider : json(world.get("/api/keys")).path("providers")) {
            for (JsonNode key : provider.path("keys")) {
                assertEquals("ready", key.path("state").asText(), key::toString);
                Set<String> failures = Set.copyOf(key.path("failures").properties().stream()
                        .map(Map.Entry::getKey)
                        .toList());
                assertTrue(Set.of("cancelled").containsAll(failures), key::toString);
            }
        }
        world.simulator.clearFaults();
        assertTrue(header(world.chat(HELLO), "X-Keywheel-Attempts").matches("\\w+/[12]:ok"));
    }
}
