package io.keywheel.simulator;

import java.util.ArrayDeque;
import java.util.List;

/// The latest requests, oldest first.
final class RequestLog {

    /// Old requests are forgotten, so that one left running for days does not fill its memory.
    private static final int REMEMBERED = 20_000;

    private record Entry(Received received, Exchange exchange) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    synchronized void add(Received received, Exchange exchange) {
        if (entries.size() == REMEMBERED) {
            entries.removeFirst();
        }
        entries.add(new Entry(received, exchange));
    }

    synchronized void clear() {
        entries.clear();
    }

    synchronized List<Received> snapshot() {
        return entries.stream().map(RequestLog::now).toList();
    }

    private static Received now(Entry entry) {
        var then = entry.received();
        return new Received(
                then.at(),
                then.connection(),
                then.provider(),
                then.key(),
                then.method(),
                then.path(),
                then.headers(),
                then.body(),
                then.text(),
                entry.exchange().outcome());
    }
}
