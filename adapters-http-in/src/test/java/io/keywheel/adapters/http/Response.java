package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.openapi.RecordedExchange;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;

/// What a client received, with the JDK's client or as bytes.
///
/// @param body as received; a raw response keeps its chunk framing
public record Response(int status, HttpHeaders headers, String body) {

    static Response of(HttpResponse<String> response) {
        return new Response(response.statusCode(), response.headers(), response.body());
    }

    /// @param received all bytes until the server closed; must be a single response
    static Response of(String received) {
        assertEquals(0, received.lastIndexOf("HTTP/1.1 "), received);
        var parsed = RecordedExchange.onTheWire("", received);
        String body = received.substring(received.indexOf("\r\n\r\n") + 4);
        return new Response(parsed.status(), HttpHeaders.of(parsed.headers(), (_, _) -> true), body);
    }

    /// Empty where there is none.
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    public JsonNode json() {
        return TestServer.json(body);
    }

    /// The JSON of each event of a stream, without the end mark.
    public List<JsonNode> events() {
        return RecordedExchange.events(body).stream().filter(JsonNode::isObject).toList();
    }

    /// Empty where no text is at `pointer`.
    public String text(String pointer) {
        return Objects.requireNonNullElse(json().at(pointer).textValue(), "");
    }

    public Response assertStatus(int expected) {
        assertEquals(expected, status, body);
        return this;
    }

    public Response assertHeader(String name, String expected) {
        assertEquals(expected, header(name), name);
        return this;
    }

    /// An error of either API.
    public Response assertError(int expected, String code) {
        assertStatus(expected);
        assertEquals(code, text(json().path("error").isObject() ? "/error/code" : "/code"), body);
        return this;
    }

    /// The gateway has no room for now.
    Response assertUnavailable() {
        return assertError(503, "unavailable").assertHeader("Retry-After", "1");
    }

    Response assertCloses() {
        return assertHeader("Connection", "close");
    }

    public Response assertJson(int expected, String json) {
        assertStatus(expected);
        assertEquals(TestServer.json(json), json());
        return this;
    }
}
