package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelRefreshTest {

    @Test
    void request_returns_immediately_and_only_one_refresh_runs_at_a_time() {
        var refreshes = new AtomicInteger();
        var asked = new CountDownLatch(1);
        var mayAnswer = new CountDownLatch(1);
        try (var refresh = new ModelRefresh(
                () -> {
                    refreshes.incrementAndGet();
                    asked.countDown();
                    Waiting.latch(mayAnswer);
                },
                Duration.ofHours(1))) {
            assertTrue(refresh.request());
            for (int i = 0; i < 19; i++) {
                assertFalse(refresh.request());
            }
            Waiting.latch(asked);
            mayAnswer.countDown();
            assertEquals(1, refreshes.get());
        }
    }

    @Test
    void client_may_request_another_refresh_after_the_interval() {
        var refreshes = new AtomicInteger();
        try (var refresh = new ModelRefresh(refreshes::incrementAndGet, Duration.ofMillis(1))) {
            assertTrue(refresh.request());

            Waiting.until(refresh::request);
            Waiting.until(() -> refreshes.get() == 2);
        }
    }
}
