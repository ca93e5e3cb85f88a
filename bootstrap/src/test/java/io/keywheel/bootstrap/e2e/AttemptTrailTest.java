package io.keywheel.bootstrap.e2e;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Waiting;
import io.keywheel.patience.MoreTime;
import io.keywheel.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Checks the attempts that `/api/requests` lists.
class AttemptTrailTest {

    private static JsonNode lastRequest(World world) {
        return World.json(world.get("/api/requests")).path("requests").path(0);
    }

    @Test
    void request_lists_its_attempts_with_the_wait_before_each() throws Exception {
        MoreTime.than(Duration.ofSeconds(1), AttemptTrailTest::limitedFor);
    }

    private static void limitedFor(Duration time) {
        long half = time.toMillis() / 2;
        try (var world = new World("KEYWHEEL_MAX_WAIT=30s")) {
            world.simulator.on(GROQ).next(new Fault.RateLimited(time), Fault.named("rate-limited:1m"));
            String body = World.hello("\"model\": \"openai/gpt-oss-20b\", ");
            assertEquals("groq/1:rate_limited, groq/2:rate_limited, groq/1:ok", World.attempts(world.chat(body)));
            Waiting.until(() -> !lastRequest(world).isMissingNode());

            JsonNode request = lastRequest(world);

            var trail = new ArrayList<String>();
            request.path("trail")
                    .forEach(each -> trail.add(each.path("key").asText() + " "
                            + each.path("model").asText() + " "
                            + each.path("outcome").asText() + " "
                            + (each.path("wait_ms").asLong() >= half)));
            assertEquals(
                    List.of(
                            "groq/1 openai/gpt-oss-20b rate_limited false",
                            "groq/2 openai/gpt-oss-20b rate_limited false",
                            "groq/1 openai/gpt-oss-20b ok true"),
                    trail);
            assertEquals(3, request.path("attempts").asInt());
            long first = request.path("trail").path(2).path("duration_ms").asLong(-1);
            assertTrue(0 <= first && first <= request.path("duration_ms").asLong() - half, request::toString);
        }
    }
}
