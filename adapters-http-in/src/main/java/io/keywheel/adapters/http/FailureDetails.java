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
        Map<KeySlot, ObjectNode> all = keys(attempts, shortage);
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

    static ObjectNode byKey(List<FailedAttempt> attempts) {
        return byKey(attempts, new Shortage(List.of(), null));
    }

    /// As `{"groq": {"code", "message", "keys": {…}}}`, the code being that of the last thing known of it.
    static ObjectNode byProvider(List<FailedAttempt> attempts, Shortage shortage) {
        Map<ProviderId, ObjectNode> providers = new LinkedHashMap<>();
        Map<KeySlot, ObjectNode> all = keys(attempts, shortage);
        all.entrySet().stream().limit(MOST_KEYS).forEach(entry -> {
            KeySlot key = entry.getKey();
            ObjectNode provider = providers.computeIfAbsent(key.provider(), _ -> Json.object());
            provider.set("code", entry.getValue().get("code"));
            provider.set("message", entry.getValue().get("message"));
            provider.withObject("/keys").set(key.toString(), entry.getValue());
        });
        ObjectNode details = Json.object();
        providers.forEach((provider, said) -> details.set(provider.toString(), said));
        if (all.size() > MOST_KEYS) {
            details.put("more", all.size() - MOST_KEYS);
        }
        return details;
    }

    private static Map<KeySlot, ObjectNode> keys(List<FailedAttempt> attempts, Shortage shortage) {
        Map<KeySlot, ObjectNode> keys = new LinkedHashMap<>();
        for (FailedAttempt attempt : attempts) {
            keys.put(
                    attempt.target().key().slot(),
                    Json.object()
                            .put("code", attempt.failure().kind().label())
                            .put("message", attempt.failure().message()));
        }
        for (RestingKey key : shortage.resting()) {
            keys.computeIfAbsent(
                            key.key(),
                            _ -> Json.object().put("code", key.reason().label()).put("message", "resting, not asked"))
                    .put("until", key.until().toString());
        }
        return keys;
    }
}
