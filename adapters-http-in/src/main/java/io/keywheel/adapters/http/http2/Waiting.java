package io.keywheel.adapters.http.http2;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// The streams that have more to say than they may. Guarded by [Windows].
///
/// Of those who wait for what all share, the first is woken, and wakes the next in turn.
final class Waiting {

    /// What a stream waits for.
    enum Cause {
        OWN_WINDOW,
        CONNECTION,
        WRITER
    }

    private final Map<Cause, SequencedSet<Windows.Window>> queues = new EnumMap<>(Cause.class);

    /// One that waits for the same already keeps its place. Returns whether it waited for something else
    /// before: the next who does is to be woken, for it was perhaps this one's turn to wake it.
    boolean lineUp(Windows.Window window, Cause cause) {
        SequencedSet<Windows.Window> queue = queue(cause);
        if (queue.contains(window)) {
            return false;
        }
        boolean left = leave(window);
        queue.add(window);
        return left;
    }

    /// Returns whether it waited for anything.
    boolean leave(Windows.Window window) {
        boolean waited = false;
        for (SequencedSet<Windows.Window> queue : queues.values()) {
            waited |= queue.remove(window);
        }
        return waited;
    }

    void wakeFirst(Cause cause) {
        wakeFirst(cause, _ -> true);
    }

    /// Wakes nobody if the first would find too little.
    void wakeFirst(Cause cause, Predicate<Windows.Window> hasEnough) {
        SequencedSet<Windows.Window> queue = queue(cause);
        if (!queue.isEmpty() && hasEnough.test(queue.getFirst())) {
            queue.getFirst().wake();
        }
    }

    void wakeAll() {
        queues.values().forEach(queue -> queue.forEach(Windows.Window::wake));
    }

    private SequencedSet<Windows.Window> queue(Cause cause) {
        return queues.computeIfAbsent(cause, _ -> new LinkedHashSet<>());
    }
}
