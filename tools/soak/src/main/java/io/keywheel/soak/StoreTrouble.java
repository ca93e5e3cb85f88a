package io.keywheel.soak;

import io.keywheel.store.StoreServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Pauses, stops and restarts the store of several gateways, one after the other, until it is closed. Then the store
/// is there.
final class StoreTrouble implements AutoCloseable {

    /// Longer than a gateway waits before it tries again at first.
    private static final long MILLIS = 700;

    private final StoreServer store;
    private final Thread thread;
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    StoreTrouble(StoreServer store) {
        this.store = store;
        thread = Thread.ofPlatform().daemon().name("store-trouble").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(2 * MILLIS);
                pause();
                TimeUnit.MILLISECONDS.sleep(2 * MILLIS);
                end();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void pause() throws InterruptedException {
        store.pause();
        pauses.incrementAndGet();
        try {
            TimeUnit.MILLISECONDS.sleep(MILLIS);
        } finally {
            store.goOn();
        }
    }

    private void end() throws InterruptedException {
        store.kill();
        ends.incrementAndGet();
        try {
            TimeUnit.MILLISECONDS.sleep(MILLIS);
        } finally {
            store.startAgain();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
