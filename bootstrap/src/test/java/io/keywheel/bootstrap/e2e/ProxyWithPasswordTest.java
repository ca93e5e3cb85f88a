package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Environment;
import io.keywheel.contract.WireServer;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs the program itself, because Java enables proxy passwords only by a system property at startup.
@Timeout(180)
class ProxyWithPasswordTest {

    private static final String ME_AND_SECRET = "basic bwu6cznjcmv0";

    @AutoClose
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void proxy_receives_the_password_and_no_output_contains_it() throws Exception {
        try (var proxy = WireServer.start(exchange -> exchange.json(403, "{}"));
                var program = RunningProgram.start(Environment.of(
                        "GROQ_API_KEYS=k",
                        "GROQ_BASE_URL=https://llm.test",
                        "HTTPS_PROXY=http://me:s3cret@127.0.0.1:" + proxy.port(),
                        "KEYWHEEL_LOG_LEVEL=debug",
                        "KEYWHEEL_PORT=0"))) {
            String body = World.DESCRIPTION
                    .send(client, World.request(program.address().resolve("/api/chat"), HELLO))
                    .body();

            assertTrue(body.contains("the proxy refused with status 403"), body);
            assertFalse(proxy.exchanges().isEmpty());
            for (var exchange : proxy.exchanges()) {
                String head = exchange.head().toLowerCase(Locale.ROOT);
                assertTrue(head.contains("proxy-authorization: " + ME_AND_SECRET), head);
            }
            program.terminate();
            assertEquals(0, program.exitStatus());
            for (String shown : List.of(body, program.output())) {
                assertFalse(shown.contains("s3cret"), shown);
                assertFalse(shown.toLowerCase(Locale.ROOT).contains(ME_AND_SECRET), shown);
            }
        }
    }
}
