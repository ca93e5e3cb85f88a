package io.keywheel.adapters.http.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachedSnapshotTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
    private final AtomicInteger looks = new AtomicInteger();

    private CachedSnapshot<Integer> taking(Duration time) {
        return new CachedSnapshot<>(
                A_SECOND,
                () -> {
                    nanos.addAndGet(time.toNanos());
                    return looks.incrementAndGet();
                },
                nanos::get);
    }

    /// At least for its period, and for nine times as long as it took, up to 30 seconds.
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 9", "60, 30"})
    void snapshot_is_reused_for_a_time_that_depends_on_its_duration(int took, int reused) {
        CachedSnapshot<Integer> cachedSnapshot = taking(Duration.ofSeconds(took));
        cachedSnapshot.get();
        nanos.addAndGet(A_SECOND.toNanos());

        assertEquals(2, cachedSnapshot.get());
        nanos.addAndGet(Duration.ofSeconds(reused).toNanos() - 1);
        assertEquals(2, cachedSnapshot.get());
        nanos.addAndGet(1);
        assertEquals(3, cachedSnapshot.get());
    }

    @Test
    void single_slow_snapshot_is_reused_for_the_period_only() {
        CachedSnapshot<Integer> cachedSnapshot = taking(Duration.ofSeconds(60));

        assertEquals(1, cachedSnapshot.get());
        nanos.addAndGet(A_SECOND.toNanos() - 1);
        assertEquals(1, cachedSnapshot.get());
        nanos.addAndGet(1);
        assertEquals(2, cachedSnapshot.get());
    }

    @Test
    void thousand_concurrent_readers_share_one_snapshot() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var cachedSnapshot = new CachedSnapshot<>(
                A_SECOND,
                () -> {
                    Waiting.latch(mayEnd);
                    return looks.incrementAndGet();
                },
                nanos::get);
        try (ExecutorService pollers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> seen = IntStream.range(0, 1000)
                    .mapToObj(_ -> pollers.submit(cachedSnapshot::get))
                    .toList();
            mayEnd.countDown();

            for (Future<Integer> each : seen) {
                assertEquals(1, each.get());
            }
        }
    }
}
