package io.keywheel.simulator;

import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ControlTest {

    private final Simulator simulator = Simulator.start(Scenario.withSeed(7).key(GROQ, "gsk_one", "org-a"));
    private final Client client = new Client(simulator);

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private HttpResponse<String> control(String method, String what) {
        var uri = URI.create(simulator.baseUrl(GROQ).resolve("/control/") + what);
        return client.send(HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void tells_what_was_asked_with_the_body_as_it_was_written() {
        var body = ask("any", "hello", ",  \"big\": 9007199254740993, \"price\": 1.10");
        client.chat(COMPATIBLE, "some-key", body);
        var told = json(control("GET", "requests").body());
        assertEquals(1, told.size());
        assertEquals("compatible", told.at("/0/provider").asText());
        assertEquals("some-key", told.at("/0/key").asText());
        assertEquals("/chat/completions", told.at("/0/path").asText());
        assertEquals(200, told.at("/0/status").asInt());
        assertEquals(body, told.at("/0/body").asText());
        assertEquals(body, simulator.requests().getFirst().text());
    }

    @Test
    void forgets_what_was_asked() {
        client.get(GROQ, "/models", "gsk_one");
        assertEquals(200, control("DELETE", "requests").statusCode());
        assertTrue(json(control("GET", "requests").body()).isEmpty());
    }

    @Test
    void says_what_can_be_controlled_and_how() {
        assertEquals(404, control("GET", "nothing").statusCode());
        assertEquals(405, control("POST", "requests").statusCode());
        assertEquals(405, control("GET", "faults").statusCode());
    }
}
