package io.keywheel.simulator;

import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlTest extends SimulatorFixture {

    private HttpResponse<String> control(String method, String what) {
        var uri = URI.create(simulator.baseUrl(GROQ).resolve("/control/") + what);
        return client.send(HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void control_lists_requests_with_their_exact_bodies() {
        var body = ask("any", "hello", ",  \"big\": 9007199254740993, \"price\": 1.10");
        client.chat(COMPATIBLE, "some-key", body);
        var received = json(control("GET", "requests").body());
        assertEquals(1, received.size());
        assertEquals("compatible", received.at("/0/provider").asText());
        assertEquals("some-key", received.at("/0/key").asText());
        assertEquals("/chat/completions", received.at("/0/path").asText());
        assertEquals(200, received.at("/0/status").asInt());
        assertEquals(body, received.at("/0/body").asText());
        assertEquals(body, simulator.requests().getFirst().text());
    }

    @Test
    void control_deletes_recorded_requests() {
        client.get(GROQ, "/models", "gsk_one");
        assertEquals(200, control("DELETE", "requests").statusCode());
        assertTrue(json(control("GET", "requests").body()).isEmpty());
    }

    @Test
    void control_refuses_unknown_paths_and_methods() {
        assertEquals(404, control("GET", "nothing").statusCode());
        assertEquals(405, control("POST", "requests").statusCode());
        assertEquals(405, control("GET", "faults").statusCode());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
                    "provider": "groq", "fault": "invalid-key", "tims": 3 | no field is named tims; there are provider, key,
                    "provider": "groq", "fault": "invalid-ky"             | no fault is named invalid-ky; there are status:503,
                    "provider": "groq", "fault": "hang:never"             | no moment is named never; there are before-head,
                    "provider": "grok", "fault": "invalid-key"            | no provider is named grok; there are groq,
                    """)
    void unknown_name_in_a_fault_gets_400_with_the_known_names(String fields, String error) {
        var refused = client.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl(GROQ).resolve("/control/") + "faults"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{" + fields + "}")));

        assertEquals(400, refused.statusCode());
        assertTrue(json(refused.body()).at("/error").asText().startsWith(error), refused::body);
        assertEquals(200, client.groq("").statusCode());
    }

    private static final String FAULT = "{\"provider\": \"groq\", \"fault\": \"invalid-key\"}";

    /// @param headers each on a line of its own
    private int statusOf(String method, String what, String headers) throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            socket.send(method + " /control/" + what + " HTTP/1.1\r\n" + headers + "Content-Length: " + FAULT.length()
                    + "\r\n\r\n" + FAULT);
            return Integer.parseInt(socket.until("\r\n").split(" ", -1)[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type: \r\n",
                "Content-Type: text/plain\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\n",
                "Content-Type: multipart/form-data; boundary=application/json\r\n",
                "Content-Type: application/jsonp\r\n"
            })
    void fault_with_another_media_type_gets_415(String type) throws IOException {
        assertEquals(415, statusOf("POST", "faults", "Host: 127.0.0.1:8089\r\n" + type));
        assertEquals(200, client.get(GROQ, "/models", "gsk_one").statusCode());
        assertEquals(200, client.groq("").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8089", "127.9.9.9:80", "[::1]:8089"})
    void json_fault_for_a_loopback_host_is_accepted(String host) throws IOException {
        assertEquals(
                200,
                statusOf("POST", "faults", "Host: " + host + "\r\nContent-Type: Application/JSON ; charset=utf-8\r\n"));
        assertEquals(401, client.groq("").statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: \r\n",
                "Host: rebound.example\r\n",
                "Host: 127.0.0.1.rebound.example\r\n",
                "Host: localhost@rebound.example\r\n",
                "Host: 192.168.0.1:8089\r\n",
                "Host: 127.0.0.1:8089\r\nHost: rebound.example\r\n",
                "Host: 127.0.0.1:8089\r\nOrigin: http://page.example\r\n",
                "Host: 127.0.0.1:8089\r\nOrigin: http://127.0.0.1:8089\r\n",
                "Host: 127.0.0.1:8089\r\nOrigin: null\r\n",
                "Host: 127.0.0.1:8089\r\nOrigin: \r\n"
            })
    void control_request_with_foreign_host_or_origin_gets_403(String headers) throws IOException {
        client.groq("");
        String json = headers + "Content-Type: application/json\r\n";

        assertEquals(403, statusOf("POST", "faults", json));
        assertEquals(403, statusOf("DELETE", "requests", json));
        assertEquals(403, statusOf("GET", "requests", json));

        assertEquals(200, client.groq("").statusCode());
        assertEquals(2, simulator.requests().size());
    }
}
