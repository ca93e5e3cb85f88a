package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Counts the running chats, so that a stop can wait for them and then cancel them.
public final class ActiveChats {

    private static final Duration TO_CLOSE = Duration.ofSeconds(1);

    private final int most;
    private final Set<Turn> turns = new LinkedHashSet<>();
    private int places;
    private Supplier<List<Runnable>> closings = List::of;
    private boolean draining;
    private boolean cut;
    private long drainEnds;

    /// @param most the limit of concurrent chats
    public ActiveChats(int most) {
        this.most = most;
    }

    /// A running chat, from [#begin] to [#close].
    public final class Turn implements AutoCloseable {

        private final Runnable cutting;
        private boolean hasPlace = true;

        private Turn(Runnable cutting) {
            this.cutting = cutting;
        }

        /// Frees the slot before the end of the answer is sent: the client may send its next request as soon as it
        /// reads that end.
        public void leavePlace() {
            synchronized (ActiveChats.this) {
                places -= hasPlace ? 1 : 0;
                hasPlace = false;
            }
        }

        @Override
        public void close() {
            synchronized (ActiveChats.this) {
                leavePlace();
                turns.remove(this);
                ActiveChats.this.notifyAll();
            }
        }
    }

    /// Begins a chat.
    ///
    /// @param cutting cancels the chat after the drain timeout
    /// @throws RefusedException if the limit is reached or the gateway is draining
    public synchronized Turn begin(Runnable cutting) {
        mustNotDrain();
        if (places >= most) {
            throw new RefusedException(HttpError.UNAVAILABLE, "the gateway is answering as many chats as it can");
        }
        var turn = new Turn(cutting);
        turns.add(turn);
        places++;
        return turn;
    }

    public synchronized int count() {
        return turns.size();
    }

    public synchronized boolean isDraining() {
        return draining;
    }

    /// @throws RefusedException if the gateway is draining
    public synchronized void mustNotDrain() {
        if (draining) {
            throw shuttingDown();
        }
    }

    public static RefusedException shuttingDown() {
        return new RefusedException(HttpError.UNAVAILABLE, "the gateway is shutting down");
    }

    /// Waits up to `most` for [#drain] to be called, and returns whether it was.
    public boolean awaitDrain(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
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
    synchronized boolean isCut() {
        return cut;
    }

    /// Runs each of `closings` when [#drain] begins, on separate threads: a client that does not read blocks the
    /// thread that sends to it.
    public synchronized void onDrain(Supplier<List<Runnable>> closings) {
        this.closings = closings;
    }

    /// Refuses new chats, waits up to `timeout` for the running ones, then cancels the rest. A second call may
    /// shorten the wait of the first.
    public void drain(Duration timeout) {
        Supplier<List<Runnable>> closings;
        synchronized (this) {
            long end = System.nanoTime() + timeout.toNanos();
            drainEnds = draining && drainEnds - end < 0 ? drainEnds : end;
            draining = true;
            closings = this.closings;
            notifyAll();
        }
        List<Thread> closing = closings.get().stream()
                .map(work -> Thread.ofVirtual().name("keywheel-drain").start(work))
                .toList();
        try {
            await(turns::isEmpty, () -> drainEnds);
        } catch (InterruptedException _) {
            // An interrupt ends the wait: the remaining chats are cancelled now.
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            cut = true;
            turns.forEach(turn -> turn.cutting.run());
        }
        awaitClosed(closing);
    }

    private void awaitClosed(List<Thread> closing) {
        long end = System.nanoTime() + TO_CLOSE.toNanos();
        try {
            for (Thread thread : closing) {
                thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
            await(turns::isEmpty, () -> end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
