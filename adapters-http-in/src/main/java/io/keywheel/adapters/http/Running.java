package io.keywheel.adapters.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The chats under way, counted so that a stop can wait for them and then end them.
final class Running {

    private static final Duration TO_SAY_GOODBYE = Duration.ofSeconds(1);

    private final int most;
    private final Set<Turn> turns = new LinkedHashSet<>();
    private final List<Runnable> onDrain = new ArrayList<>();
    private boolean draining;
    private boolean cut;
    private long drainEnds;

    /// @param most at once
    Running(int most) {
        this.most = most;
    }

    /// One chat, from its begin to its close.
    final class Turn implements AutoCloseable {

        private final Runnable cutting;

        private Turn(Runnable cutting) {
            this.cutting = cutting;
        }

        @Override
        public void close() {
            end(this);
        }
    }

    /// Begins a chat.
    ///
    /// @param cutting ends it early, when a stop has waited long enough
    /// @throws RefusedException if there are too many, or none may begin any more
    synchronized Turn begin(Runnable cutting) {
        if (draining) {
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down");
        }
        if (turns.size() >= most) {
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway is answering as many chats as it can");
        }
        var turn = new Turn(cutting);
        turns.add(turn);
        return turn;
    }

    private synchronized void end(Turn turn) {
        turns.remove(turn);
        notifyAll();
    }

    synchronized boolean isDraining() {
        return draining;
    }

    /// Whether what still runs is being ended.
    synchronized boolean isCut() {
        return cut;
    }

    /// Runs `work` once no chat may begin any more.
    synchronized void onDrain(Runnable work) {
        onDrain.add(work);
    }

    /// Lets no chat begin, waits for those that run, then cuts them. A second call may shorten the wait of
    /// the first.
    void drain(Duration timeout) {
        List<Runnable> told;
        synchronized (this) {
            long end = System.nanoTime() + timeout.toNanos();
            drainEnds = draining && drainEnds - end < 0 ? drainEnds : end;
            draining = true;
            told = List.copyOf(onDrain);
            notifyAll();
        }
        told.forEach(Runnable::run);
        awaitDrained();
        synchronized (this) {
            cut = true;
            turns.forEach(turn -> turn.cutting.run());
        }
        awaitCut();
    }

    private synchronized void awaitDrained() {
        try {
            for (long left = drainEnds - System.nanoTime(); !turns.isEmpty() && left > 0; ) {
                wait(Math.max(1, left / 1_000_000));
                left = drainEnds - System.nanoTime();
            }
        } catch (InterruptedException _) {
            // Whoever stops us is in a hurry: on to the cut.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitCut() {
        long end = System.nanoTime() + TO_SAY_GOODBYE.toNanos();
        try {
            for (long left = end - System.nanoTime(); !turns.isEmpty() && left > 0; ) {
                wait(Math.max(1, left / 1_000_000));
                left = end - System.nanoTime();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
