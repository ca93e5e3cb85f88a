package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.contract.WireServer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Uses unique keys and tokens and a provider that echoes them. Searches all outputs for any eight characters of them:
/// answers, pages, log, threads and objects.
class CanariesTest {

    private static final int TELLING = 8;
    private static final String SOCKET = "/api/chat/ws";
    private static final String PROMPT = "a-prompt-that-no-other-test-sends";
    private static final String KEY = "sk-Zq81vXw03LmPd6tRyBn";
    private static final String OTHER_KEY = "sk-Hj55cUe92KsAo4gWiFx";
    private static final String TOKEN = "Qm74zNb61VtDy8xJpLr";
    private static final String OTHER_TOKEN = "Ef39kGh20RwSc7uMaTo";

    /// The key alone, with its scheme, and in part.
    private static final String REPEATED = KEY + " Bearer " + KEY + " " + KEY.substring(7);

    @AutoClose
    private final CapturedLog log = new CapturedLog();

    /// All outputs except the log.
    private final List<String> said = new CopyOnWriteArrayList<>();

    private volatile WireServer.Script chats = exchange -> exchange.json(500, "");
    private volatile WireServer.Script modelLists = exchange -> exchange.json(200, "[]");

    @AutoClose
    private final WireServer upstream = WireServer.start(exchange -> {
        (exchange.head().startsWith("POST") ? chats : modelLists).serve(exchange);
        exchange.close();
    });

    @AutoClose
    private World world = new World(settings("mine"));

    private String[] settings(String... providers) {
        Stream<String> all = Stream.of(
                "KEYWHEEL_ACCESS_TOKENS=" + TOKEN + "," + OTHER_TOKEN,
                "KEYWHEEL_PROVIDERS=" + String.join(",", providers));
        Stream<String> each = Stream.of(providers)
                .map(provider -> provider.toUpperCase(Locale.ROOT))
                .flatMap(name -> Stream.of(
                        name + "_BASE_URL=" + upstream.baseUrl(),
                        name + "_API_KEYS=" + KEY + "," + OTHER_KEY,
                        name + "_DEFAULT_MODEL=of-" + name));
        return Stream.concat(all, each).toArray(String[]::new);
    }

    private static String echo(String head, String body) {
        return ((head + "\nConnection: close\n\n").replace("\n", "\r\n") + body).replace("#", REPEATED);
    }

    /// Answers of a provider.
    private static List<String> echoes() {
        String error = "{\"error\": {\"message\": \"no #\", \"type\": \"#\", \"param\": \"#\", \"code\": \"#\"}}";
        String headers = "\nRetry-After: #\nX-RateLimit-Reset-Requests: #\nX-RateLimit-Limit-Requests: #\nX-Key: #";
        String stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: " + error + "\n\n";
        var echoes = new ArrayList<>(List.of(
                echo("HTTP/1.1 302 Found\nLocation: https://#.test/", ""),
                echo("HTTP/1.1 200 OK\nContent-Type: #", "#"),
                echo("HTTP/1.1 200 OK\nContent-Type: application/json", error),
                echo("HTTP/1.1 200 OK\nContent-Type: text/event-stream", stream),
                echo("#", "#")));
        for (int status : new int[] {400, 401, 402, 403, 404, 413, 429, 500, 503}) {
            echoes.add(echo("HTTP/1.1 " + status + " #" + headers, error));
            echoes.add(echo("HTTP/1.1 " + status + " #" + headers, "<html>#</html>"));
        }
        return echoes;
    }

    /// One gateway has a provider for each answer, because an answer may take the keys of its provider out of turn.
    @Test
    void keys_echoed_by_a_provider_appear_in_no_output() throws Exception {
        List<String> echoes = echoes();
        String[] providers =
                IntStream.range(0, echoes.size()).mapToObj(place -> "p" + place).toArray(String[]::new);
        world.close();
        world = new World(settings(providers));
        Set<String> asked = ConcurrentHashMap.newKeySet();
        chats = exchange -> {
            String model = World.json(exchange.body()).path("model").asText();
            asked.add(model);
            exchange.send(echoes.get(Integer.parseInt(model.substring("of-P".length()))));
        };

        List<String> paths = List.of("/api/chat", "/api/chat/stream", "/v1/chat/completions", SOCKET, "/v1/messages");
        for (int i = 0; i < providers.length; i++) {
            chat(paths.get(i % paths.size()), providers[i]);
        }

        assertEquals(echoes.size(), asked.size(), asked::toString);
        for (String other : List.of("/", "/health", "/api/keys", "/v1/models", "/nowhere", "/metrics", "/console")) {
            send(world.request(other), "Bearer " + TOKEN);
        }
        said.add(world.firstEvent("Authorization", "Bearer " + TOKEN));
        said.add(world.gateway.useCases().status().status().toString());
        assertNoCanary();
    }

    @Test
    void keys_echoed_in_a_model_list_error_appear_in_no_output() {
        String error = "{\"error\": {\"message\": \"no #\", \"code\": \"#\"}}".replace("#", REPEATED);
        modelLists = exchange -> exchange.json(401, error);

        try (var other = new World(settings("mine"))) {
            assertTrue(log.lineWith("The models of mine could not be listed").contains("key_refused: no "));
            send(other.request("/health"), "Bearer " + TOKEN);
        }

        assertNoCanary();
    }

    @Test
    void access_tokens_appear_in_no_output() throws Exception {
        for (String authorization : List.of("Bearer " + TOKEN, "Bearer x" + TOKEN, "Basic " + TOKEN, TOKEN)) {
            for (String path : List.of("/api/keys", SOCKET, "/v1/models", "/nowhere")) {
                send(world.request(path), authorization);
            }
        }

        assertNoCanary();
    }

    @Test
    void log_contains_no_prompt() throws Exception {
        chat("/api/chat", "mine");

        log.lineWith("path=/api/chat");
        assertFalse(log.lines().toString().contains(PROMPT), log.lines()::toString);
    }

    @Test
    void thread_dump_contains_no_secret() throws Exception {
        var dump = new CompletableFuture<String>();
        chats = exchange -> {
            dump.complete(Held.threadDump());
            exchange.json(500, "");
        };

        chat(SOCKET, "mine");

        String all = dump.join();
        assertTrue(all.contains("io.keywheel.adapters.http.websocket.WebSocketChat.run"), all);
        assertTrue(all.contains("io.keywheel.adapters.llm"), all);
        said.add(all);
        assertNoCanary();
    }

    @Test
    void to_string_of_every_object_contains_no_secret() throws Exception {
        chat("/api/chat", "mine");
        var graph = new ObjectGraph(world.gateway);

        said.addAll(graph.words);

        assertEquals(2, graph.count("io.keywheel.application.port.out.ApiKey"));
        assertTrue(graph.count("io.keywheel.adapters.llm.openai.OpenAiProtocol$Instance") > 0);
        assertTrue(graph.count("io.keywheel.adapters.http.HttpGateway") > 0);
        assertTrue(graph.words.size() > 50, () -> graph.words.size() + " objects");
        assertNoCanary();
    }

    private void chat(String path, String provider) throws Exception {
        String fields = path.startsWith("/v1")
                ? "\"stream\": true, \"max_tokens\": 9, \"model\": \"%1$s/of-%2$s\", "
                : "\"provider\": \"%1$s\", ";
        String body = World.hello(fields.formatted(provider, provider.toUpperCase(Locale.ROOT)))
                .replace("Hello", PROMPT);
        if (path.equals(SOCKET)) {
            chatOnSocket(body);
        } else {
            send(world.request(path, body), "Bearer " + TOKEN);
        }
    }

    private void send(HttpRequest request, String authorization) {
        HttpResponse<String> response = world.send(request, "Authorization", authorization);
        said.add(response.statusCode() + " " + response.headers().map() + " " + response.body());
    }

    /// Sends a chat and a cancel for an unknown id, and reads until the cancel is refused and the chat has ended.
    private void chatOnSocket(String question) throws InterruptedException {
        try (var socket = world.socket("Authorization: Bearer " + TOKEN)) {
            socket.send("{'type': 'cancel', 'id': 'x'}");
            socket.sendText(question);
            for (int ends = 0; ends < 2; ) {
                JsonNode next = socket.next();
                said.add(next.toString());
                ends += next.path("type").asText().equals("chunk") ? 0 : 1;
            }
        }
    }

    private void assertNoCanary() {
        said.addAll(log.lines());
        String all = String.join("\n", said).toLowerCase(Locale.ROOT);
        for (String canary : List.of(KEY, OTHER_KEY, TOKEN, OTHER_TOKEN)) {
            for (int i = 0; i + TELLING <= canary.length(); i++) {
                int at = all.indexOf(canary.substring(i, i + TELLING).toLowerCase(Locale.ROOT));
                assertFalse(at >= 0, () -> "heard: " + all.substring(Math.max(0, at - 300), at + TELLING));
            }
        }
    }

    /// All objects reachable through Keywheel's classes, and their `toString`.
    private static final class ObjectGraph {

        private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Deque<Object> next = new ArrayDeque<>();

        /// The `toString` of each object of Keywheel's classes.
        final List<String> words = new ArrayList<>();

        ObjectGraph(Object root) throws ReflectiveOperationException {
            add(root);
            while (!next.isEmpty()) {
                look(next.pop());
            }
        }

        /// The number of objects of a class.
        long count(String className) {
            return seen.stream()
                    .filter(object -> object.getClass().getName().equals(className))
                    .count();
        }

        private void look(Object object) throws ReflectiveOperationException {
            switch (object) {
                case Iterable<?> many -> many.forEach(this::add);
                case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        add(key);
                        add(value);
                    });
                case Object[] many -> List.of(many).forEach(this::add);
                case Optional<?> some -> some.ifPresent(this::add);
                case AtomicReference<?> holder -> add(holder.get());
                default -> lookInto(object);
            }
            if (isOurs(object.getClass())) {
                words.add(object.toString());
            }
        }

        private void lookInto(Object object) throws ReflectiveOperationException {
            for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        add(field.get(object));
                    }
                }
            }
        }

        private void add(Object object) {
            if (object != null && seen.add(object)) {
                next.push(object);
            }
        }

        private static boolean isOurs(Class<?> type) {
            return type != null && type.getName().startsWith("io.keywheel.");
        }
    }
}
