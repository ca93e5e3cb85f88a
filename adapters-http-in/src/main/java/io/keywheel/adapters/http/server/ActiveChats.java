package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts the running chats, so that a stop can wait for them and then cancel them. Thread-safe.
public final class ActiveChats {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration LONGEST_RECORDING = Duration.ofMillis(100);

    private final int maxChats;
    private final Set<RunningChat> runningChats = new LinkedHashSet<>();
    private int usedSlots;
    private volatile Supplier<List<Runnable>> drainActions = List::of;
    private boolean draining;
    private boolean cancelled;
    private long drainDeadline;

    public ActiveChats(int maxChats) {
        this.maxChats = maxChats;
    }

    /// A running chat, from [#begin] to [#close].
    public final class RunningChat implements AutoCloseable {

        private final Runnable cancelAction;
        private boolean holdsSlot;

        /// When the slot was freed, in [System#nanoTime]; null before.
        private @Nullable Long released;

        private RunningChat(Runnable cancelAction) {
            this.cancelAction = cancelAction;
        }

        /// Called before the request is read.
        ///
        /// @throws RefusedException if the limit is reached
        public void requireRoom() {
            synchronized (ActiveChats.this) {
                if (usedSlots >= maxChats) {
                    throw new RefusedException(HttpError.UNAVAILABLE, "the gateway has reached its limit of chats");
                }
            }
        }

        /// Called once the request has arrived in full: otherwise, slow clients could hold all slots.
        ///
        /// @throws RefusedException if the limit is reached
        public void takeSlot() {
            synchronized (ActiveChats.this) {
                requireRoom();
                usedSlots++;
                holdsSlot = true;
            }
        }

        /// Frees the slot before the end of the answer is sent: the client may send its next request as soon as it
        /// reads that end.
        public void releaseSlot() {
            synchronized (ActiveChats.this) {
                if (released == null) {
                    usedSlots -= holdsSlot ? 1 : 0;
                    released = System.nanoTime();
                }
            }
        }

        @Override
        public void close() {
            synchronized (ActiveChats.this) {
                releaseSlot();
                runningChats.remove(this);
                ActiveChats.this.notifyAll();
            }
        }
    }

    /// Begins a chat, which still has no slot. It counts until it is recorded, even if there is no room for it.
    ///
    /// @param cancelAction cancels the chat after the drain timeout; called under a lock, so it must not block
    /// @throws RefusedException if the gateway is draining
    public synchronized RunningChat begin(Runnable cancelAction) {
        requireNotDraining();
        var chat = new RunningChat(cancelAction);
        runningChats.add(chat);
        return chat;
    }

    public synchronized int count() {
        return runningChats.size();
    }

    /// Waits up to 100 ms until each chat is recorded whose slot was released within the last 100 ms. So a client that
    /// has read its answer finds it in the counts.
    public void awaitRecords() {
        awaitRecords(LONGEST_RECORDING);
    }

    synchronized void awaitRecords(Duration longest) {
        long now = System.nanoTime();
        List<RunningChat> ending = runningChats.stream()
                .filter(chat -> chat.released != null && now - chat.released < longest.toNanos())
                .toList();
        try {
            await(() -> Collections.disjoint(runningChats, ending), () -> now + longest.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized boolean isDraining() {
        return draining;
    }

    /// @throws RefusedException if the gateway is draining
    public synchronized void requireNotDraining() {
        if (draining) {
            throw shuttingDown();
        }
    }

    public static RefusedException shuttingDown() {
        return new RefusedException(HttpError.UNAVAILABLE, "the gateway is shutting down");
    }

    /// Waits up to `timeout` for [#drain] to be called, and returns whether it was.
    public boolean awaitDrain(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        return await(() -> draining, () -> end);
    }

    /// @param end the deadline in [System#nanoTime], which may move earlier during the wait
    private synchronized boolean await(BooleanSupplier done, LongSupplier end) throws InterruptedException {
        while (!done.getAsBoolean() && end.getAsLong() - System.nanoTime() > 0) {
            wait(Math.max(1, (end.getAsLong() - System.nanoTime()) / 1_000_000));
        }
        return done.getAsBoolean();
    }

    /// Whether [#drain] has cancelled the remaining chats.
    synchronized boolean hasCancelled() {
        return cancelled;
    }

    /// Runs each of `drainActions` when [#drain] begins, on separate threads: a client that does not read blocks the
    /// thread that sends to it.
    public void onDrain(Supplier<List<Runnable>> drainActions) {
        this.drainActions = drainActions;
    }

    /// Refuses new chats, waits up to `timeout` for the running ones, then cancels the rest. A second call may
    /// shorten the wait of the first.
    ///
    /// @return how many it has cancelled
    public int drain(Duration timeout) {
        synchronized (this) {
            long end = System.nanoTime() + timeout.toNanos();
            drainDeadline = draining && drainDeadline - end < 0 ? drainDeadline : end;
            draining = true;
            notifyAll();
        }
        List<Thread> closing = drainActions.get().stream()
                .map(work -> Thread.ofVirtual().name("keywheel-drain").start(work))
                .toList();
        try {
            await(runningChats::isEmpty, () -> drainDeadline);
        } catch (InterruptedException _) {
            // An interrupt ends the wait: the remaining chats are cancelled now.
            Thread.currentThread().interrupt();
        }
        int unfinished;
        synchronized (this) {
            cancelled = true;
            unfinished = runningChats.size();
            runningChats.forEach(chat -> chat.cancelAction.run());
        }
        awaitClosed(closing);
        return unfinished;
    }

    /// Waits up to a second for chats that were blocked in sending until their connections were closed.
    public void awaitEnd() {
        awaitClosed(List.of());
    }

    private void awaitClosed(List<Thread> closing) {
        long end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        try {
            for (Thread thread : closing) {
                thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
            await(runningChats::isEmpty, () -> end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
