package io.keywheel.simulator;

import java.util.ArrayDeque;
import java.util.List;

/// The latest requests to providers, oldest first.
final class RequestLog {

    /// The bound of the log, so that a long-running simulator does not fill its memory.
    private static final int REMEMBERED = 20_000;

    private final ArrayDeque<ProviderRequest> requests = new ArrayDeque<>();

    synchronized void add(ProviderRequest request) {
        if (requests.size() == REMEMBERED) {
            requests.removeFirst();
        }
        requests.add(request);
    }

    synchronized void clear() {
        requests.clear();
    }

    /// The requests with their current outcomes.
    synchronized List<Received> snapshot() {
        return requests.stream().map(ProviderRequest::received).toList();
    }
}
