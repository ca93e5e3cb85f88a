package io.keywheel.domain.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndedAttemptTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "200, 200", "201, 200", "10000000, 200"})
    void cause_is_cut_off_after_200_characters(int length, int kept) {
        var groq = new ProviderId("groq");
        var key = new PoolKey(new KeySlot(groq, 1), new QuotaGroup(groq, "#1"), "ba7816bf");
        var target = new Target(key, new ModelId("big"), true);

        var attempt = new EndedAttempt(
                target, Outcome.of(Failure.Kind.UNAVAILABLE), "x".repeat(length), Duration.ZERO, Duration.ZERO);

        assertEquals("x".repeat(kept), attempt.cause());
    }
}
