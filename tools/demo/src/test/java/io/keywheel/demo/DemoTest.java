package io.keywheel.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.command.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Output output = new Output(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));

    @Test
    void demo_tour_shows_rotation_failures_and_recovery() {
        int status = Main.run(List.of("--once"), Map.of("KEYWHEEL_PORT", "0"), output);

        String tour = out.toString(UTF_8);
        assertEquals(0, status, tour);
        for (String shown : new String[] {
            "groq/1:ok",
            "cerebras/1:ok",
            "groq/3:ok",
            ":rate_limited, groq/",
            ":key_refused, cerebras/",
            ":unavailable, cerebras/",
            "events"
        }) {
            assertTrue(tour.contains(shown), shown + " is missing in\n" + tour);
        }
        assertFalse(tour.contains("-> 5"), tour);
        assertFalse(tour.contains("gsk_"), tour);
    }

    @Test
    void stop_before_the_tour_ends_it_without_a_chat() {
        try (var simulator = DemoPool.simulator();
                var gateway = DemoPool.start(simulator, "0", "")) {

            new Tour(output, gateway, simulator, () -> true).give();
        }

        assertEquals("", out.toString(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"--once, claude-*, 'KEYWHEEL_MODELS, entry 1'", "--twice, '', --twice"})
    void invalid_option_or_virtual_model_exits_with_2(String option, String models, String error) {
        assertEquals(2, Main.run(List.of(option), Map.of("KEYWHEEL_PORT", "0", "KEYWHEEL_MODELS", models), output));
        assertTrue(err.toString(UTF_8).contains(error), err.toString(UTF_8));
    }

    @Test
    void virtual_models_are_used() {
        try (var simulator = DemoPool.simulator();
                var gateway = DemoPool.start(simulator, "0", "claude-*=auto")) {
            var virtual = gateway.useCases().models().catalog().virtual();
            assertTrue(virtual.find("claude-opus-5-5").isPresent());
        }
    }

    @Test
    void hints_have_a_command_for_each_api() {
        String hints = DemoHints.to(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2/"));

        for (String path : List.of("/api/chat", "/v1/chat/completions", "/v1/messages", "/v1/responses")) {
            assertTrue(hints.contains("http://127.0.0.1:1" + path + " "), path + " is missing in" + hints);
        }
    }

    @Test
    void port_in_use_exits_with_2() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Map.of("KEYWHEEL_PORT", String.valueOf(other.getLocalPort()));

            assertEquals(2, Main.run(List.of("--once"), port, output));
        }
    }
}
