package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.Environment;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Simulates a log reader that hangs, such as a pager.
@Timeout(180)
class UnreadLogTest {

    /// Enough lines, of more than 300 bytes each, to fill a pipe.
    private static final int LINES = 400;

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7).key(GROQ, GROQ_ONE, "org_1"));

    @AutoClose
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void full_log_pipe_blocks_neither_chats_nor_shutdown() throws Exception {
        try (var program = RunningProgram.startWithUnreadLog(Environment.of(
                "GROQ_API_KEYS=" + GROQ_ONE, "GROQ_BASE_URL=" + simulator.baseUrl(GROQ), "KEYWHEEL_PORT=0"))) {
            URI gateway = program.address();
            var unknown = HttpRequest.newBuilder(gateway.resolve("/" + "x".repeat(200)));
            for (int i = 0; i < LINES; i++) {
                assertEquals(404, status(unknown.build()));
            }
            assertEquals(200, status(World.request(gateway.resolve("/api/chat"), HELLO)));

            program.terminate();

            assertEquals(0, program.exitStatus());
        }
    }

    private int status(HttpRequest request) {
        return Described.DESCRIPTION.send(client, request).statusCode();
    }
}
