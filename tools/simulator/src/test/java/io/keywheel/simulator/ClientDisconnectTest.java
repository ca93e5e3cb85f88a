package io.keywheel.simulator;

import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientDisconnectTest {

    private static final String STREAM = ask(GROQ_MODEL, "hello", ",\"stream\":true");

    @AutoClose
    private final Simulator simulator = Simulator.start(
            Scenario.withSeed(7).key(GROQ, "gsk_one", "org-a").tempo(Duration.ZERO, Duration.ofMillis(5)));

    @ParameterizedTest
    @ValueSource(strings = {"before-head", "after-head", "before-content", "after-tokens:2"})
    void disconnect_during_a_hanging_answer_is_recorded(String moment) throws IOException {
        simulator.on(GROQ).next(Fault.named("hang:" + moment));
        try (var socket = new SimulatorSocket(simulator)) {
            socket.chat(STREAM);
            if (!moment.equals("before-head")) {
                socket.until("\r\n\r\n");
            }
            SimulatorSocket.await(() -> !simulator.requests().isEmpty());
            assertFalse(simulator.requests().getFirst().cutOffByClient());
        }
        SimulatorSocket.await(() -> simulator.requests().getFirst().cutOffByClient());
    }

    @Test
    void disconnect_during_a_stream_is_recorded() throws IOException {
        String lasting = ask(GROQ_MODEL, "hello ".repeat(2000), ",\"stream\":true");
        try (var socket = new SimulatorSocket(simulator)) {
            socket.chat(lasting).until("analysis");
        }
        SimulatorSocket.await(() -> simulator.requests().getFirst().cutOffByClient());
        assertEquals(200, simulator.requests().getFirst().status());
    }

    @Test
    void disconnect_after_the_answer_is_not_recorded_as_cut_off() throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            socket.chat(STREAM).until("[DONE]\n\n\r\n0\r\n\r\n");
        }
        SimulatorSocket.await(() -> simulator.connections() == 0);
        assertFalse(simulator.requests().getFirst().cutOffByClient());
    }

    @Test
    void close_ends_hanging_answers_without_recording_disconnects() throws IOException {
        simulator.on(GROQ).always(new Fault.Hang(Moment.AFTER_HEAD));
        try (var one = new SimulatorSocket(simulator);
                var two = new SimulatorSocket(simulator)) {
            one.chat(STREAM).until("\r\n\r\n");
            two.chat(STREAM).until("\r\n\r\n");
            assertTimeout(SimulatorSocket.LONGEST, simulator::close);
        }
        assertEquals(0, simulator.connections());
        assertEquals(
                List.of(false, false),
                simulator.requests().stream().map(Received::cutOffByClient).toList());
    }

    @Test
    void serves_100_concurrent_streams() throws Exception {
        try (var client = new Client(simulator);
                var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var replies = IntStream.range(0, 100)
                    .mapToObj(i -> readers.submit(
                            () -> client.chat(GROQ, "gsk_one", ask(GROQ_MODEL, "n" + i, ",\"stream\":true"))))
                    .toList();
            for (Future<HttpResponse<String>> reply : replies) {
                assertEquals("[DONE]", Client.data(reply.get().body()).getLast());
            }
        }
        assertEquals(100, simulator.requests().size());
    }
}
