package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

class SnapshotTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
    private final AtomicInteger looks = new AtomicInteger();

    private Snapshot<Integer> taking(Duration time) {
        return new Snapshot<>(
                A_SECOND,
                () -> {
                    nanos.addAndGet(time.toNanos());
                    return looks.incrementAndGet();
                },
                nanos::get);
    }

    @Test
    void looks_once_for_all_who_ask_within_its_period() {
        Snapshot<Integer> snapshot = taking(Duration.ZERO);

        assertEquals(1, snapshot.get());
        nanos.addAndGet(A_SECOND.toNanos() - 1);
        assertEquals(1, snapshot.get());
        nanos.addAndGet(1);
        assertEquals(2, snapshot.get());
    }

    @Test
    void rests_nine_times_as_long_as_it_took_to_look() {
        Snapshot<Integer> snapshot = taking(A_SECOND);
        snapshot.get();

        nanos.addAndGet(Duration.ofSeconds(9).toNanos() - 1);
        assertEquals(1, snapshot.get());
        nanos.addAndGet(1);
        assertEquals(2, snapshot.get());
    }

    @Test
    void looks_once_for_a_thousand_who_ask_at_once() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var snapshot = new Snapshot<>(
                A_SECOND,
                () -> {
                    Await.latch(mayEnd);
                    return looks.incrementAndGet();
                },
                nanos::get);
        try (ExecutorService pollers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> seen = IntStream.range(0, 1000)
                    .mapToObj(_ -> pollers.submit(snapshot::get))
                    .toList();
            mayEnd.countDown();

            for (Future<Integer> each : seen) {
                assertEquals(1, each.get());
            }
        }
    }
}
