package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What became of each key, for the `details` of an error.
final class FailureDetails {

    private static final int MOST_KEYS = 50;

    private FailureDetails() {}

    /// As `{"groq/1": {"code", "message", "until"}}`.
    static ObjectNode byKey(List<FailedAttempt> attempts, Shortage shortage) {
        return byKey(keys(attempts, shortage.resting()));
    }

    static ObjectNode byKey(List<FailedAttempt> attempts) {
        return byKey(keys(attempts, List.of()));
    }

    private static ObjectNode byKey(Map<KeySlot, ObjectNode> all) {
        ObjectNode details = Json.object();
        all.forEach((key, said) -> {
            if (details.size() < MOST_KEYS) {
                details.set(key.toString(), said);
            }
        });
        if (all.size() > MOST_KEYS) {
            details.put("more", all.size() - MOST_KEYS);
        }
        return details;
    }

    /// As `{"groq": {"code", "message", "keys": {…}}}`: what its last attempt said, or, had it none, why its
    /// first key rests.
    static ObjectNode byProvider(List<FailedAttempt> attempts, Shortage shortage) {
        Map<ProviderId, ObjectNode> providers = new LinkedHashMap<>();
        Map<KeySlot, ObjectNode> all = keys(attempts, shortage.resting());
        all.entrySet().stream().limit(MOST_KEYS).forEach(entry -> {
            KeySlot key = entry.getKey();
            ObjectNode provider =
                    providers.computeIfAbsent(key.provider(), _ -> summary(key, attempts, entry.getValue()));
            provider.withObject("/keys").set(key.toString(), entry.getValue());
        });
        ObjectNode details = Json.object();
        providers.forEach((provider, said) -> details.set(provider.toString(), said));
        if (all.size() > MOST_KEYS) {
            details.put("more", all.size() - MOST_KEYS);
        }
        return details;
    }

    private static ObjectNode summary(KeySlot key, List<FailedAttempt> attempts, ObjectNode ofFirstKey) {
        return attempts.reversed().stream()
                .filter(attempt -> attempt.target().provider().equals(key.provider()))
                .findFirst()
                .map(FailureDetails::said)
                .orElseGet(() -> ofFirstKey.deepCopy().without(List.of("until")));
    }

    private static ObjectNode said(FailedAttempt attempt) {
        return Json.object()
                .put("code", attempt.failure().kind().label())
                .put("message", attempt.failure().message());
    }

    private static Map<KeySlot, ObjectNode> keys(List<FailedAttempt> attempts, List<RestingKey> resting) {
        Map<KeySlot, ObjectNode> keys = new LinkedHashMap<>();
        for (FailedAttempt attempt : attempts) {
            keys.put(attempt.target().key().slot(), said(attempt));
        }
        for (RestingKey key : resting) {
            keys.computeIfAbsent(
                            key.key(),
                            _ -> Json.object()
                                    .put("code", key.reason().label())
                                    .put(
                                            "message",
                                            key.foreseen() ? "too little left, not asked" : "resting, not asked"))
                    .put("until", key.until().toString());
        }
        return keys;
    }
}
