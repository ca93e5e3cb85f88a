package io.keywheel.adapters.metrics;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/// Counts the requests and tokens of clients. Reloads may add any number of names, so only the first hundred
/// get a label value.
final class ClientMetrics {

    private static final int MOST_CLIENTS = 100;
    private static final String OTHER = "other";

    private final MeterProvider<Counter> requests;
    private final MeterProvider<Counter> tokens;
    private final Set<String> named = new HashSet<>();

    ClientMetrics(Meters meters) {
        requests = meters.counters("keywheel.client.requests", "Finished chats by client and outcome");
        tokens = meters.counters(
                "keywheel.client.tokens", "Tokens of clients' chats, estimated where the provider did not say");
    }

    void count(RequestRecord request) {
        String client = label(request.client());
        requests.withTags(
                        "client", client, "outcome", request.ending().outcome().label())
                .increment();
        if (request.target() != null) {
            TokenUsage usage = request.tokens();
            count(client, "in", usage.promptTokens());
            count(client, "out", usage.completionTokens());
            count(client, "cached", Objects.requireNonNullElse(usage.cachedTokens(), 0L));
        }
    }

    private void count(String client, String direction, long count) {
        tokens.withTags("client", client, "direction", direction).increment(count);
    }

    private synchronized String label(String client) {
        return named.contains(client) || (named.size() < MOST_CLIENTS && named.add(client)) ? client : OTHER;
    }
}
