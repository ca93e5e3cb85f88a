package io.keywheel.experiments.world;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Time that passes from one thing to the next: whatever is due happens in order, and nothing takes any time.
public final class Agenda {

    private record Entry(Instant at, long number, Runnable what) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::number));
    private Instant now;
    private long numbers;

    public Agenda(Instant now) {
        this.now = now;
    }

    public Instant now() {
        return now;
    }

    /// Of what is due at the same moment, the first to be planned is the first to happen. What is due in
    /// the past happens now.
    public void at(Instant moment, Runnable what) {
        entries.add(new Entry(moment.isBefore(now) ? now : moment, numbers++, what));
    }

    /// Returns when nothing is planned any more.
    public void run() {
        for (Entry next = entries.poll(); next != null; next = entries.poll()) {
            now = next.at();
            next.what().run();
        }
    }
}
