package io.keywheel.adapters.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A slow, missing or failing receiver does not affect requests.
class FailingReceiverTest {

    private static final Logger LOG = Logger.getLogger("io.keywheel.traces");

    @AutoClose
    private final Receiver receiver = new Receiver();

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        LOG.setFilter(line -> lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line)));
        Logger.getLogger("io.opentelemetry").setLevel(java.util.logging.Level.OFF);
    }

    @AfterEach
    void leave() {
        LOG.setFilter(null);
    }

    private static void request(Traces traces) {
        traces.request("id-1", "POST", "/x", _ -> null).end().accept(TracesTest.ended(200, "ok"));
    }

    private void requestUntilLines(Traces traces, int count) {
        Receiver.await(() -> {
            request(traces);
            return lines.size() >= count;
        });
    }

    @ParameterizedTest
    @CsvSource({"0, Http(Connect)?TimeoutException", "503, the receiver refuses them", "400, the receiver refuses them"
    })
    void export_failure_and_recovery_are_logged_once_each(int answer, String reason) {
        receiver.answer = answer;
        String timeout = answer == 0 ? "200" : "10000";
        String line = "WARNING Traces cannot be sent \\(" + reason + "\\); those of the meantime are dropped";
        try (var traces = receiver.traces("OTEL_EXPORTER_OTLP_TIMEOUT", timeout)) {
            requestUntilLines(traces, 1);
            int before = receiver.exports.get();
            Receiver.await(() -> {
                request(traces);
                return receiver.exports.get() >= before + 3;
            });

            receiver.answer = 200;
            requestUntilLines(traces, 2);
        }

        // On a busy machine only the short timeout can expire again; each change still has one line.
        assertTrue(answer == 0 || lines.size() == 2, lines::toString);
        for (int i = 0; i < lines.size(); i++) {
            boolean isRight =
                    i % 2 == 0 ? lines.get(i).matches(line) : lines.get(i).equals("INFO Traces are sent again");
            assertTrue(isRight, lines::toString);
        }
    }

    @Test
    void unreachable_receiver_is_logged_without_its_url() {
        receiver.close();
        try (var traces = receiver.traces("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.address() + "/canary")) {
            requestUntilLines(traces, 1);
        }

        assertTrue(lines.getFirst().contains("(ConnectException)"), lines::toString);
        assertFalse(lines.getFirst().contains("canary"));
    }

    /// Sends more spans than the queue holds; the rest is dropped.
    @Test
    void hanging_receiver_blocks_no_request_and_delays_close_for_a_bounded_time() {
        receiver.answer = 0;
        var traces = receiver.traces(
                "OTEL_BSP_MAX_QUEUE_SIZE", "100",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10",
                "OTEL_EXPORTER_OTLP_TIMEOUT", "120000");
        long began = System.nanoTime();

        for (int i = 0; i < 1_000; i++) {
            request(traces);
        }
        traces.close(Duration.ofMillis(100));

        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(60)) < 0, took::toString);
        assertEquals(List.of(), receiver.spans());
    }

    @Test
    void close_exports_pending_spans() {
        try (var traces = receiver.traces("OTEL_BSP_SCHEDULE_DELAY", "60000")) {
            request(traces);
        }

        assertEquals(1, receiver.spans().size());
    }
}
