package io.keywheel.adapters.state;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A stream of the store. The braces keep all of a provider in one place where a proxy spreads keys by their hash.
///
/// @param provider null for what is about none
record Stream(@Nullable ProviderId provider, Kind kind) {

    /// What is used of clients, of all providers.
    static final Stream CLIENTS = new Stream(null, Kind.USED);

    /// What a stream holds, for how long and how many entries.
    enum Kind {
        FACTS("facts", Duration.ofHours(25), 10_000),
        CALLS("calls", Duration.ofMinutes(3), 100_000),
        USED("used", Duration.ofMinutes(3), 100_000);

        private final String label;
        final Duration kept;
        final int most;

        Kind(String label, Duration kept, int most) {
            this.label = label;
            this.kept = kept;
            this.most = most;
        }
    }

    /// Where `fact` belongs.
    static Stream of(Fact fact) {
        return switch (fact) {
            case Fact.Called called -> new Stream(called.asked().provider(), Kind.CALLS);
            case Fact.Ended ended -> new Stream(ended.asked().provider(), Kind.CALLS);
            case Fact.OfKey lasting -> new Stream(lasting.asked().provider(), Kind.FACTS);
            case Fact.ClientUsed _ -> CLIENTS;
        };
    }

    /// Its key in the store.
    String key() {
        return "kw:{" + (provider == null ? "clients" : provider) + "}:" + kind.label;
    }
}
