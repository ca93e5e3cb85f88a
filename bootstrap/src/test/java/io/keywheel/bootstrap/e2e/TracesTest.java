package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.bootstrap.Environment;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Received;
import io.keywheel.timing.Waiting;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks the OTLP bytes that a whole gateway exports. Names appear in the bytes as text; the tests of
/// `adapters-trace-out` decode them.
class TracesTest {

    /// As ASCII, because names and ids appear in the bytes as text.
    private static final String TRACE = "a-trace-of-tests";
    private static final String PROMPT = "prompt-canary";
    private static final String TOKEN = "token-canary-0123456789";

    @AutoClose
    private final WireServer receiver = WireServer.start(exchange -> exchange.json(200, "{}"));

    private Map<String, String> variables(String... more) {
        var all = new HashMap<>(Environment.of(more));
        all.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.baseUrl());
        all.put("OTEL_BSP_SCHEDULE_DELAY", "20");
        return all;
    }

    private String all() {
        return receiver.exchanges().stream().map(WireExchange::body).collect(Collectors.joining());
    }

    private void awaitSent(String... words) {
        Waiting.until(() -> Stream.of(words).allMatch(all()::contains));
    }

    @Test
    void chat_continues_the_client_trace_without_forwarding_it() {
        try (var world = new World(variables("KEYWHEEL_ACCESS_TOKENS=alice=" + TOKEN))) {
            world.simulator.on(GROQ).next(Fault.named("invalid-key"));

            var request = world.request(
                    "/api/chat", World.hello("\"provider\":\"groq\",").replace("Hello", PROMPT));
            HttpResponse<String> answer = world.send(
                    request,
                    "Authorization",
                    "Bearer " + TOKEN,
                    "traceparent",
                    "00-" + HexFormat.of().formatHex(TRACE.getBytes(StandardCharsets.US_ASCII))
                            + "-00f067aa0ba902b7-01",
                    "tracestate",
                    "vendor=1");
            assertEquals(200, answer.statusCode());

            awaitSent("POST /api/chat", "attempt groq", "gen_ai.usage.output_tokens", "key_refused", "alice");
            assertTrue(all().contains(TRACE));
            for (Received received : world.chats()) {
                assertFalse(received.headers().keySet().stream()
                        .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("trace")));
            }
        }
        for (String secret : List.of(PROMPT, TOKEN, World.GROQ_ONE, World.GROQ_TWO)) {
            assertFalse(all().contains(secret), secret);
        }
    }

    @Test
    void open_metrics_page_has_exemplars() {
        try (var world = new World(variables())) {
            world.chat(World.HELLO);

            String page = world.send(world.request("/metrics"), "Accept", "application/openmetrics-text;version=1.0.0")
                    .body();

            assertTrue(page.contains("# {span_id=\""), page);
            assertFalse(world.get("/metrics").body().contains("span_id"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "grpc, false, No traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf",
        "http/protobuf, true, 'Traces are sent, as the OTEL_ variables say'"
    })
    void unusable_otel_protocol_disables_traces_and_is_logged(String protocol, boolean traced, String line) {
        try (var log = new CapturedLog();
                var world = new World(variables("OTEL_EXPORTER_OTLP_PROTOCOL=" + protocol))) {
            assertEquals(200, world.chat(World.HELLO).statusCode());
            log.lineWith(line);
        }
        assertEquals(traced, !all().isEmpty());
    }
}
