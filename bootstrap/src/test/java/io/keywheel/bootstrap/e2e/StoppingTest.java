package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.openapi.RecordedExchange;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Moment;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/// Starts the program in separate processes, concurrently, and stops it by signals.
class StoppingTest {

    /// Longer than any wait of a test, so only a second signal ends the hanging chat.
    private static final String LONG = "299500ms";

    private static final int FEW_FILES = 150;

    private final Simulator simulator = Simulator.start(
            Scenario.withSeed(1).key(Provider.GROQ, "gsk_one", "a").tempo(Duration.ZERO, Duration.ofMillis(60)));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        simulator.close();
    }

    @Test
    @Execution(CONCURRENT)
    void exits_with_1_if_it_can_no_longer_accept_connections() throws Exception {
        var sockets = new ArrayList<Socket>();
        try (var program = RunningProgram.startWithin(FEW_FILES, settings())) {
            URI gateway = program.address();
            connectUntilRefused(gateway, sockets);

            program.lineWith("no longer accepts connections");

            assertEquals(1, program.exitStatus());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void sigterm_finishes_running_chats_and_a_second_one_exits_at_once() throws Exception {
        simulator.on(Provider.GROQ).next(new Fault.Hang(Moment.afterTokens(3)));
        try (var program = RunningProgram.start(settings())) {
            URI gateway = program.address();
            try (var _ = stream(gateway).body()) {
                HttpResponse<Stream<String>> running = stream(gateway);

                program.terminate();

                String line = program.lineWith("Stopping");
                assertTrue(line.contains("up to 300 s more"), line);
                Waiting.until(() -> get(gateway, "/health/ready").statusCode() == 503);
                assertTrue(events(running).getLast().path("done").asBoolean());

                program.terminate();

                assertEquals(1, program.exitStatus());
            }
        }
    }

    private static void connectUntilRefused(URI gateway, List<Socket> sockets) throws IOException {
        try {
            while (sockets.size() < FEW_FILES) {
                sockets.add(new Socket(gateway.getHost(), gateway.getPort()));
            }
        } catch (ConnectException _) {
            // The gateway has stopped listening.
        }
    }

    private Map<String, String> settings() {
        return Environment.of(
                "GROQ_API_KEYS=gsk_one",
                "GROQ_BASE_URL=" + simulator.baseUrl(Provider.GROQ),
                "KEYWHEEL_DRAIN_TIMEOUT=" + LONG,
                "KEYWHEEL_PORT=0");
    }

    /// Opens a stream whose head has arrived.
    private HttpResponse<Stream<String>> stream(URI gateway) throws IOException, InterruptedException {
        return client.send(post(gateway, "/api/chat/stream"), BodyHandlers.ofLines());
    }

    /// Reads all events and compares them with the OpenAPI description.
    private static List<JsonNode> events(HttpResponse<Stream<String>> stream) {
        String events = stream.body().collect(Collectors.joining("\n"));
        World.DESCRIPTION.check(RecordedExchange.of(stream, events));
        return RecordedExchange.events(events);
    }

    private static HttpRequest post(URI gateway, String path) {
        return World.request(gateway.resolve(path), World.HELLO);
    }

    private HttpResponse<String> get(URI gateway, String path) {
        return World.DESCRIPTION.send(
                client, HttpRequest.newBuilder(gateway.resolve(path)).build());
    }
}
