package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.out.WakeupTimer;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs the wakeup callback on a daemon thread. After [#close], it starts no callback.
final class WakeupThread implements WakeupTimer, AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.gateway");

    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("wakeup").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    private @Nullable Future<?> pending;

    WakeupThread(InstantSource clock) {
        this.clock = clock;
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public synchronized void set(Instant moment, Runnable wakeup) {
        if (pending != null) {
            pending.cancel(false);
        }
        long wait = TimeUnit.NANOSECONDS.convert(Duration.between(clock.instant(), moment));
        pending = timer.schedule(() -> runAndLog(wakeup), wait, TimeUnit.NANOSECONDS);
    }

    /// Logs exceptions, because a scheduler stores them in the task's future, which is never read here.
    private static void runAndLog(Runnable wakeup) {
        try {
            wakeup.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Waiting requests could not be checked", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
