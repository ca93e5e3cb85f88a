package io.keywheel.adapters.metrics;

import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import java.util.Objects;

/// Counts the requests and tokens of clients. Reloads may add any number of names.
final class ClientMetrics {

    private final LabelledMeters<Counter> requests;
    private final LabelledMeters<Counter> tokens;
    private final CardinalityLimit<String> named = new CardinalityLimit<>();

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
        String client = named.admits(request.client()) ? request.client() : "other";
        requests.of(client, request.ending().outcome().label()).increment();
        if (request.ending().attempts() > 0) {
            tokens.of(client, "in").increment((double) request.tokens().promptTokens());
            tokens.of(client, "out").increment((double) request.tokens().completionTokens());
            tokens.of(client, "cached").increment((double)
                    Objects.requireNonNullElse(request.tokens().cachedTokens(), 0L));
        }
    }
}
