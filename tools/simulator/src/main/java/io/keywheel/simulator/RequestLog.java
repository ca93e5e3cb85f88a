package io.keywheel.simulator;

import io.keywheel.simulator.Received.Outcome;
import io.keywheel.simulator.http.Exchange;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;

/// The latest requests, oldest first.
final class RequestLog {

    /// The bound of the log, so that a long-running simulator does not fill its memory.
    private static final int REMEMBERED = 20_000;

    private record Entry(Function<Outcome, Received> request, Exchange exchange) {
        Received now() {
            return request.apply(new Outcome(exchange.status, exchange.finished, exchange.clientLeft));
        }
    }

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    synchronized void add(Function<Outcome, Received> request, Exchange exchange) {
        if (entries.size() == REMEMBERED) {
            entries.removeFirst();
        }
        entries.add(new Entry(request, exchange));
    }

    synchronized void clear() {
        entries.clear();
    }

    synchronized List<Received> snapshot() {
        return entries.stream().map(Entry::now).toList();
    }
}
