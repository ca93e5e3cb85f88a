package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What became of each key, for the `details` of an error. Keys are named by their places; where the settings
/// have changed meanwhile, one place may have been that of two.
public final class FailureDetails {

    /// What a key is, wherever it stands.
    private record Identity(ProviderId provider, String fingerprint) {

        static Identity of(PoolKey key) {
            return new Identity(key.provider(), key.fingerprint());
        }
    }

    /// @param key by the place that it had first
    private record Entry(PoolKey key, ObjectNode said) {

        void putInto(ObjectNode entries) {
            String place = key.slot().toString();
            entries.set(entries.has(place) ? place + " " + key.fingerprint() : place, said);
        }
    }

    private static final int MOST_KEYS = 50;

    private FailureDetails() {}

    /// As `{"groq/1": {"code", "message", "until"}}`.
    public static ObjectNode byKey(List<FailedAttempt> attempts, Unavailability unavailability) {
        return byKey(keys(attempts, unavailability.cooling()), unavailability.more());
    }

    public static ObjectNode byKey(List<FailedAttempt> attempts) {
        return byKey(keys(attempts, List.of()), 0);
    }

    private static ObjectNode byKey(Collection<Entry> all, int more) {
        ObjectNode details = JsonWriter.object();
        all.stream().limit(MOST_KEYS).forEach(entry -> entry.putInto(details));
        putMore(details, all.size() + more);
        return details;
    }

    private static void putMore(ObjectNode details, int all) {
        if (all > MOST_KEYS) {
            details.put("more", all - MOST_KEYS);
        }
    }

    /// As `{"groq": {"code", "message", "keys": {…}}}`: what its last attempt said, or, had it none, why its
    /// first key cools.
    public static ObjectNode byProvider(List<FailedAttempt> attempts, Unavailability unavailability) {
        Map<ProviderId, ObjectNode> providers = new LinkedHashMap<>();
        Collection<Entry> all = keys(attempts, unavailability.cooling());
        all.stream().limit(MOST_KEYS).forEach(entry -> {
            ObjectNode provider = providers.computeIfAbsent(entry.key().provider(), id -> summary(id, attempts, entry));
            entry.putInto(provider.withObject("/keys"));
        });
        ObjectNode details = JsonWriter.object();
        providers.forEach((provider, said) -> details.set(provider.toString(), said));
        putMore(details, all.size() + unavailability.more());
        return details;
    }

    private static ObjectNode summary(ProviderId provider, List<FailedAttempt> attempts, Entry ofFirstKey) {
        return attempts.reversed().stream()
                .filter(attempt -> attempt.target().provider().equals(provider))
                .findFirst()
                .map(FailureDetails::said)
                .orElseGet(() -> ofFirstKey.said().deepCopy().without(List.of("until")));
    }

    private static ObjectNode said(FailedAttempt attempt) {
        return JsonWriter.object()
                .put("code", attempt.failure().kind().label())
                .put("message", attempt.failure().message());
    }

    private static Collection<Entry> keys(List<FailedAttempt> attempts, List<CoolingKey> cooling) {
        Map<Identity, Entry> keys = new LinkedHashMap<>();
        for (FailedAttempt attempt : attempts) {
            PoolKey key = attempt.target().key();
            keys.put(Identity.of(key), new Entry(key, said(attempt)));
        }
        for (CoolingKey key : cooling) {
            keys.computeIfAbsent(Identity.of(key.key()), _ -> new Entry(key.key(), whyNotAsked(key)))
                    .said()
                    .put("until", JsonWriter.from(key.until()));
        }
        return keys.values();
    }

    private static ObjectNode whyNotAsked(CoolingKey key) {
        return JsonWriter.object()
                .put("code", key.reason().label())
                .put("message", key.foreseen() ? "too little left, not asked" : "cooling, not asked");
    }
}
