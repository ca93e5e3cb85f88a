package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sends every example request of the OpenAPI description to a gateway. The client and the WebSocket compare the
/// answers with the description.
class DescribedRequestsTest {

    private static final JsonNode DOCUMENT = World.DESCRIPTION.document();

    /// A plain request to this path gets 426.
    private static final String SOCKET = "/api/chat/ws";

    private static World world;

    /// @param body null for none
    record Asked(String method, String path, @Nullable JsonNode body) {}

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    static List<Asked> requests() {
        return DOCUMENT.get("paths").properties().stream()
                .flatMap(path -> paths(path.getKey(), path.getValue()).flatMap(at -> asked(at, path.getValue())))
                .toList();
    }

    private static Stream<String> paths(String template, JsonNode item) {
        Stream<String> ids = template.contains("{")
                ? examples(item.get("parameters").path(item.get("parameters").size() - 1))
                        .map(id -> URLEncoder.encode(id.asText(), StandardCharsets.UTF_8))
                : Stream.of("");
        List<String> roots = item.path("servers").isEmpty()
                ? List.of("")
                : item.get("servers")
                        .valueStream()
                        .map(server -> server.get("url").asText().replaceFirst("/$", ""))
                        .toList();
        return ids.flatMap(id -> roots.stream().map(root -> root + template.replaceFirst("\\{.*}", id)));
    }

    private static Stream<Asked> asked(String path, JsonNode item) {
        Stream<Asked> plain = item.has("get")
                ? Stream.of(new Asked("GET", path, null), new Asked("HEAD", path, null))
                : Stream.empty();
        String reference = item.at("/post/requestBody/$ref").asText();
        JsonNode body = reference.isEmpty() ? item.at("/post/requestBody") : DOCUMENT.at(reference.substring(1));
        Stream<Asked> posts =
                examples(body.at("/content/application~1json")).map(said -> new Asked("POST", path, said));
        return Stream.concat(plain, posts);
    }

    private static Stream<JsonNode> examples(JsonNode node) {
        return node.path("examples").valueStream().map(example -> example.get("value"));
    }

    /// Whether the answer is an event stream without end.
    static boolean goesOn(Asked asked) {
        return asked.path().equals("/api/events") && asked.method().equals("GET");
    }

    static List<Asked> requestsThatEnd() {
        return requests().stream().filter(asked -> !goesOn(asked)).toList();
    }

    @ParameterizedTest
    @MethodSource("requestsThatEnd")
    void example_request_succeeds(Asked asked) {
        var request = HttpRequest.newBuilder(world.uri(asked.path()))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "r-1")
                .method(
                        asked.method(),
                        asked.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(asked.body().toString()));

        HttpResponse<String> response = world.send(request.build());

        assertEquals(asked.path().equals(SOCKET) ? 426 : 200, response.statusCode(), response::body);
        assertEquals("r-1", World.header(response, "X-Request-Id"));
    }

    @Test
    void every_operation_has_an_example() {
        long operations = DOCUMENT.get("paths")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .filter(node -> node.has("responses"))
                .count();

        assertTrue(operations > 20, "only " + operations);
        assertEquals(
                operations,
                requests().stream()
                        .filter(asked -> !asked.path().startsWith("/openai/"))
                        .map(asked -> asked.method() + " "
                                + asked.path().replaceFirst("^(/v1/models/|/console/|[^?]*).*", "$1"))
                        .distinct()
                        .count());
    }

    static List<JsonNode> messages() {
        return examples(DOCUMENT.at("/paths/~1api~1chat~1ws/get/x-messages/client"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void example_message_is_answered_on_a_websocket(JsonNode message) throws Exception {
        try (var socket = world.socket()) {
            socket.sendText(message.toString());

            JsonNode last = socket.last();

            assertEquals(
                    message.path("type").asText().equals("cancel") ? "error" : "done",
                    last.get("type").asText());
            assertEquals(message.path("id"), last.path("id"));
        }
    }

    @Test
    void description_has_the_gateway_version() {
        assertEquals(World.json(world.get("/")).get("version"), DOCUMENT.at("/info/version"));
    }
}
