package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.UsageStore.NotSavedException;
import io.keywheel.bootstrap.CapturedLog;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class UsageWriterTest {

    @AutoClose
    private final CapturedLog log = new CapturedLog("io.keywheel.usage");

    private final AtomicInteger attempts = new AtomicInteger();
    private volatile RuntimeException failure =
            new NotSavedException("No space left on device", new RuntimeException());
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean fails;

    @AutoClose
    private final UsageWriter writer = new UsageWriter(
            () -> {
                attempts.incrementAndGet();
                if (fails) {
                    throw failure;
                }
            },
            closed::incrementAndGet);

    @Test
    void full_disk_is_logged_once_and_saving_is_retried_every_20_calls() {
        fails = true;
        for (int i = 0; i < 41; i++) {
            writer.once();
        }
        assertEquals(3, attempts.get());
        assertTrue(writer.isFailing());
        fails = false;
        for (int i = 0; i < 21; i++) {
            writer.once();
        }

        assertEquals(
                List.of(
                        "WARNING Usage cannot be saved and stays in memory: No space left on device",
                        "INFO Usage is saved again"),
                log.lines());
        assertEquals(5, attempts.get());
        assertFalse(writer.isFailing());
    }

    @Test
    void unexpected_exception_is_logged_once_and_saving_is_retried() {
        fails = true;
        failure = new IllegalStateException("a bug");
        for (int i = 0; i < 21; i++) {
            writer.once();
        }

        assertEquals(2, attempts.get());
        assertEquals(1, log.lines().size());
        assertTrue(log.lines().getFirst().startsWith("SEVERE Usage could not be saved\n"));
    }

    @Test
    void close_saves_again_after_a_failed_save() {
        fails = true;
        writer.once();
        fails = false;

        writer.close();

        assertEquals(2, attempts.get());
    }

    @Test
    void close_logs_that_unsaved_usage_is_lost() {
        fails = true;
        writer.once();

        writer.close();

        assertEquals(
                "WARNING Usage that could not be saved is lost", log.lines().getLast());
    }

    @Test
    void store_is_closed_after_the_last_save() {
        writer.close();

        assertEquals(1, closed.get());
    }

    @Test
    void close_logs_why_usage_is_lost_if_closing_the_store_fails() {
        var unsynced = new UsageWriter(() -> {}, () -> {
            throw new NotSavedException("Input/output error", new RuntimeException());
        });

        try (var ofAllThreads = new CapturedLog()) {
            unsynced.close();
            ofAllThreads.lineWith("Input/output error");
        }

        assertEquals(List.of("WARNING Usage that could not be saved is lost"), log.lines());
        assertTrue(unsynced.isFailing());
    }

    @Test
    void store_stays_open_if_close_ends_before_a_save() {
        var saved = new CountDownLatch(1);
        var slow = new UsageWriter(
                () -> {
                    while (saved.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                closed::incrementAndGet);

        // Instead of ten seconds.
        Thread.currentThread().interrupt();
        slow.close();

        assertTrue(Thread.interrupted());
        assertEquals(0, closed.get());
        saved.countDown();
    }
}
