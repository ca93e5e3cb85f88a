package io.keywheel.adapters.state;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A stream in the store. The braces in its key are a hash tag: a cluster proxy keeps a provider's streams on
/// one node.
///
/// @param provider null for [#CLIENTS]
record StoreStream(@Nullable ProviderId provider, Kind kind) {

    /// The id before all entries.
    static final String BEGINNING = "0-0";

    /// The usage of clients at all providers.
    static final StoreStream CLIENTS = new StoreStream(null, Kind.USED);

    /// The content of a stream, how long entries are kept, and their approximate maximum number.
    enum Kind {
        FACTS("facts", Duration.ofHours(25), 10_000),
        CALLS("calls", Duration.ofMinutes(3), 100_000),
        /// Limits per day count a whole day.
        USED("used", Duration.ofHours(25), 100_000);

        private final String label;
        final Duration kept;
        final int most;

        Kind(String label, Duration kept, int most) {
            this.label = label;
            this.kept = kept;
            this.most = most;
        }
    }

    static StoreStream of(Fact fact) {
        return switch (fact) {
            case Fact.Called called -> new StoreStream(called.callTarget().provider(), Kind.CALLS);
            case Fact.Ended ended -> new StoreStream(ended.callTarget().provider(), Kind.CALLS);
            case Fact.OfKey lasting -> new StoreStream(lasting.callTarget().provider(), Kind.FACTS);
            case Fact.ClientUsed _ -> CLIENTS;
        };
    }

    /// The store's time at which the entry with this id was added, in milliseconds since the epoch. Unsigned, because
    /// any client of the store can choose an id.
    static long millis(String id) {
        return Long.parseUnsignedLong(id, 0, id.indexOf('-'), 10);
    }

    String key() {
        return "kw:{" + (provider == null ? "clients" : provider) + "}:" + kind.label;
    }
}
