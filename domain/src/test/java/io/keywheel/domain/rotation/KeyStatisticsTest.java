package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyStatisticsTest {

    private static final KeySlot KEY = new KeySlot(new ProviderId("groq"), 1);

    @Test
    void failures_of_each_kind_are_counted_and_none_is_forgotten() {
        var keyStatistics = new KeyStatistics();

        keyStatistics.failed(KEY, Instant.EPOCH, Failure.Kind.TIMED_OUT);
        keyStatistics.failed(KEY, Instant.EPOCH, Failure.Kind.TIMED_OUT);
        keyStatistics.failed(KEY, Instant.EPOCH, Failure.Kind.RATE_LIMITED);

        assertEquals(
                Map.of(Failure.Kind.TIMED_OUT, 2L, Failure.Kind.RATE_LIMITED, 1L),
                keyStatistics.of(KEY).failures());
        assertEquals(3, keyStatistics.of(KEY).attempts());
    }
}
