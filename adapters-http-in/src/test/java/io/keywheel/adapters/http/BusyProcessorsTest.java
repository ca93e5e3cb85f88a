package io.keywheel.adapters.http;

import io.keywheel.client.RawClient;
import io.keywheel.timing.BusyProcessors;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("takes all processors from virtual threads")
class BusyProcessorsTest {

    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final Duration LONG = Duration.ofSeconds(75);

    @Test
    void request_that_no_thread_could_read_in_time_is_answered() throws Exception {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withTimeouts(SHORT, LONG, LONG));
                var client = testServer.raw()) {
            Waiting.until(() -> testServer.connections() == 1);
            var _ = BusyProcessors.take(SHORT.plusMillis(400));

            client.send(RawClient.get("/health/live"));

            client.readUntil("\"live\"}");
        }
    }
}
