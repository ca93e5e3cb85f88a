package io.keywheel.adapters.http.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.Await;
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

    @Test
    void snapshot_is_reused_within_its_period() {
        CachedSnapshot<Integer> cachedSnapshot = taking(Duration.ZERO);

        assertEquals(1, cachedSnapshot.get());
        nanos.addAndGet(A_SECOND.toNanos() - 1);
        assertEquals(1, cachedSnapshot.get());
        nanos.addAndGet(1);
        assertEquals(2, cachedSnapshot.get());
    }

    @Test
    void slow_snapshot_is_reused_for_nine_times_its_duration() {
        CachedSnapshot<Integer> cachedSnapshot = taking(A_SECOND);
        cachedSnapshot.get();

        nanos.addAndGet(Duration.ofSeconds(9).toNanos() - 1);
        assertEquals(1, cachedSnapshot.get());
        nanos.addAndGet(1);
        assertEquals(2, cachedSnapshot.get());
    }

    @Test
    void very_slow_snapshot_is_reused_for_thirty_seconds() {
        CachedSnapshot<Integer> cachedSnapshot = taking(Duration.ofMinutes(1));
        cachedSnapshot.get();

        nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
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
                    Await.latch(mayEnd);
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
