package io.keywheel.adapters.metrics;

import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/// Counts the requests and tokens of clients. Reloads may add any number of names, so only the first hundred
/// get a label value.
final class ClientMetrics {

    private static final int MOST_CLIENTS = 100;
    private static final String OTHER = "other";

    private final LabelledMeters<Counter> requests;
    private final LabelledMeters<Counter> tokens;
    private final Set<String> named = new HashSet<>();

    ClientMetrics(Meters meters) {
        requests = meters.counters(
                "keywheel.client.requests", "Finished chats by client and outcome", "client", "outcome");
        tokens = meters.counters(
                "keywheel.client.tokens",
                "Tokens of clients' chats, estimated where the provider did not say",
                "client",
                "direction");
    }

    void count(RequestRecord request) {
        String client = label(request.client());
        requests.of(client, request.ending().outcome().label()).increment();
        if (request.ending().attempts() > 0) {
            tokens.of(client, "in").increment((double) request.tokens().promptTokens());
            tokens.of(client, "out").increment((double) request.tokens().completionTokens());
            tokens.of(client, "cached").increment((double)
                    Objects.requireNonNullElse(request.tokens().cachedTokens(), 0L));
        }
    }

    private synchronized String label(String client) {
        return named.contains(client) || (named.size() < MOST_CLIENTS && named.add(client)) ? client : OTHER;
    }
}
