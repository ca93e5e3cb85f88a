package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.simulator.Fault;
import io.keywheel.timing.LongerTimeouts;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A provider hangs at different points, and the next one answers. The contract of adapters covers each timeout.
///
/// Each test has one short timeout, and all others are long, so only the short one can end the wait. The other
/// provider must answer in the same time, so the tests use [LongerTimeouts].
class SilentUpstreamTest {

    private static final Duration SHORT = Duration.ofMillis(700);

    private static World world(String timeout, Duration time, Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("KEYWHEEL_" + timeout + "_TIMEOUT", time.toMillis() + "ms");
        return new World(settings);
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"jdk", "helidon"})
    void hanging_tls_handshake_times_out_and_falls_back(String transport) throws Exception {
        try (var silent = silent()) {
            var settings = Map.of(
                    "GROQ_BASE_URL", "https://127.0.0.1:" + silent.getLocalPort(), "KEYWHEEL_TRANSPORT", transport);

            assertOneFails("CONNECT", settings);
        }
    }

    /// The JDK client counts the proxy's answer towards the first-token timeout.
    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({"jdk, FIRST_TOKEN", "helidon, CONNECT"})
    void silent_proxy_times_out_and_falls_back(String transport, String timeout) throws Exception {
        try (var silent = silent()) {
            var settings = Map.of(
                    "GROQ_BASE_URL",
                    "https://groq.test",
                    "HTTPS_PROXY",
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "KEYWHEEL_TRANSPORT",
                    transport);

            assertOneFails(timeout, settings);
        }
    }

    /// A listener that never accepts: the system completes the handshake and buffers some bytes.
    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static void assertOneFails(String timeout, Map<String, String> settings) throws Exception {
        LongerTimeouts.retryFrom(SHORT, time -> {
            try (var world = world(timeout, time, settings)) {
                assertEquals("groq/1:timed_out, cerebras/1:ok", attempts(world.chat(HELLO)));
            }
        });
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({"hang:before-head, /api/chat", "hang:before-content, /api/chat/stream"})
    void answer_hanging_before_content_times_out_and_falls_back(String fault, String path) throws Exception {
        LongerTimeouts.retryFrom(SHORT, time -> {
            try (var world = world("FIRST_TOKEN", time, Map.of())) {
                world.simulator.on(GROQ).always(Fault.named(fault));

                HttpResponse<String> response = world.post(path, HELLO);

                assertEquals("groq/1:timed_out, cerebras/1:ok", attempts(response), response::body);
                assertFalse(response.body().contains("\"error\""), response::body);
                assertEquals("cerebras/1:ok", attempts(world.post(path, HELLO)), "no second request waits for it");
                assertEquals(3, world.chats().size());
                Waiting.until(() -> world.chats().getFirst().cutOffByClient());
            }
        });
    }
}
