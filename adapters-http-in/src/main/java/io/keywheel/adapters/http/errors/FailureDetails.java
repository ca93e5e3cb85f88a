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
    public static ObjectNode byKey(List<FailedAttempt> attempts) {
        return of(attempts, new Unavailability(List.of(), Instant.MAX), false);
    }

    /// The same with the keys that were not asked, either as they are or with `"keys"` inside
    /// `{"groq": {"model", "code", "message"}}`: what its last attempt said, else why its first key cools.
    static ObjectNode of(List<FailedAttempt> attempts, Unavailability unavailability, boolean byProvider) {
        ObjectNode details = JsonWriter.object();
        Collection<KeyDetails> all = keys(attempts, unavailability.cooling());
        List<KeyDetails> first = first(all);
        for (KeyDetails key : first) {
            String provider = key.provider().value();
            if (byProvider && !details.has(provider)) {
                details.set(provider, summary(key, attempts));
            }
            ObjectNode keys = byProvider ? details.withObject("/" + provider + "/keys") : details;
            key.putInto(keys, hasSeveralModels(key.provider(), all));
        }
        int left = all.stream().skip(first.size()).mapToInt(KeyDetails::models).sum() + unavailability.more();
        return left > 0 ? details.put("more", left) : details;
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
