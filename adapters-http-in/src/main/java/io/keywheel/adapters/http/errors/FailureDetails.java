package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What became of each key, for the `details` of an error. Keys are named by their places; where the settings
/// have changed meanwhile, one place may have been that of two.
public final class FailureDetails {

    private static final int MOST_KEYS = 50;

    private FailureDetails() {}

    /// As `{"groq/1": {"code", "message", "until"}}`; for several models of a provider, each key has
    /// `"models": {MODEL: {"code", "message", "until"}}`, too.
    public static ObjectNode byKey(List<FailedAttempt> attempts, Unavailability unavailability) {
        ObjectNode details = JsonWriter.object();
        Collection<KeyDetails> all = keys(attempts, unavailability.cooling());
        for (KeyDetails key : first(all)) {
            key.putInto(details, hasSeveralModels(key.provider(), all));
        }
        putMore(details, all, unavailability.more());
        return details;
    }

    public static ObjectNode byKey(List<FailedAttempt> attempts) {
        return byKey(attempts, new Unavailability(List.of(), Instant.MAX));
    }

    /// As `{"groq": {"model", "code", "message", "keys": {…}}}`: what its last attempt said, or, had it none, why its
    /// first key cools.
    public static ObjectNode byProvider(List<FailedAttempt> attempts, Unavailability unavailability) {
        ObjectNode details = JsonWriter.object();
        Collection<KeyDetails> all = keys(attempts, unavailability.cooling());
        for (KeyDetails key : first(all)) {
            String provider = key.provider().value();
            if (!details.has(provider)) {
                details.set(provider, summary(key, attempts));
            }
            key.putInto(details.withObject("/" + provider + "/keys"), hasSeveralModels(key.provider(), all));
        }
        putMore(details, all, unavailability.more());
        return details;
    }

    private static ObjectNode summary(KeyDetails firstKey, List<FailedAttempt> attempts) {
        return attempts.reversed().stream()
                .filter(attempt -> attempt.target().provider().equals(firstKey.provider()))
                .findFirst()
                .map(attempt -> KeyDetails.summary(attempt.target().model(), KeyDetails.said(attempt)))
                .orElseGet(firstKey::summary);
    }

    /// Those that are shown: of one key, all models.
    private static List<KeyDetails> first(Collection<KeyDetails> all) {
        var shown = new ArrayList<KeyDetails>();
        int rows = 0;
        for (KeyDetails key : all) {
            rows += key.models();
            if (rows > MOST_KEYS && !shown.isEmpty()) {
                break;
            }
            shown.add(key);
        }
        return shown;
    }

    private static void putMore(ObjectNode details, Collection<KeyDetails> all, int more) {
        int left = more
                + all.stream()
                        .skip(first(all).size())
                        .mapToInt(KeyDetails::models)
                        .sum();
        if (left > 0) {
            details.put("more", left);
        }
    }

    private static boolean hasSeveralModels(ProviderId provider, Collection<KeyDetails> all) {
        return all.stream()
                        .filter(key -> key.provider().equals(provider))
                        .flatMap(KeyDetails::named)
                        .distinct()
                        .count()
                > 1;
    }

    private static Collection<KeyDetails> keys(List<FailedAttempt> attempts, List<CoolingKey> cooling) {
        Map<String, KeyDetails> keys = new LinkedHashMap<>();
        attempts.forEach(attempt -> of(attempt.target().key(), keys).tried(attempt));
        cooling.forEach(key -> of(key.key(), keys).cools(key));
        return keys.values();
    }

    /// A key is the same wherever it stands.
    private static KeyDetails of(PoolKey key, Map<String, KeyDetails> keys) {
        return keys.computeIfAbsent(key.provider() + " " + key.fingerprint(), _ -> new KeyDetails(key));
    }
}
