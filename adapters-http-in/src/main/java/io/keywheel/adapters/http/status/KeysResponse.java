package io.keywheel.adapters.http.status;

import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.KnownCooldown;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeMap;

/// Writes the state of the keys, without their secrets. It is written in pieces, because there may be many.
final class KeysResponse {

    private KeysResponse() {}

    static void writeProviders(JsonWriter json, PoolStatus pool) throws IOException {
        json.putObjects("providers", pool.providers(), KeysResponse::writeProvider);
    }

    private static void writeProvider(JsonWriter json, ProviderStatus provider) throws IOException {
        json.put("id", provider.id().toString())
                .put("default_model", provider.defaultModel().toString())
                .putObjects("keys", provider.keys(), KeysResponse::writeKey)
                .put("more_models", provider.moreModels());
    }

    private static void writeKey(JsonWriter json, KeyStatus key) throws IOException {
        json.put("key", key.key().slot().toString())
                .put("fingerprint", key.key().fingerprint())
                .put("group", key.key().group().name());
        writeState(json, key.state());
        json.put("attempts", key.tally().attempts()).putObject("failures", failures -> {
            for (var failure : new TreeMap<>(key.tally().failures()).entrySet()) {
                failures.put(failure.getKey().label(), failure.getValue());
            }
        });
        json.put("last_use", key.tally().lastUse())
                .putObjects("known", key.known(), KeysResponse::writeKnown)
                .putObjects("models", key.models(), KeysResponse::writeModel);
    }

    private static void writeModel(JsonWriter json, ModelStatus model) throws IOException {
        writeState(json.put("model", model.model().toString()), model.state());
        json.put("pending", model.pending())
                .put("full_until", model.fullUntil() == null ? null : JsonWriter.timestampRoundedUp(model.fullUntil()))
                .put("as_of", model.reportedAt())
                .putObjects("remaining", model.limits().buckets(), KeysResponse::writeBucket);
    }

    private static void writeBucket(JsonWriter json, RateLimitStatus.Bucket bucket) throws IOException {
        Double reset = bucket.reset() == null ? null : bucket.reset().toMillis() / 1000.0;
        json.put("bucket", bucket.name())
                .put("limit", bucket.limit())
                .put("remaining", bucket.remaining())
                .put("reset_seconds", reset)
                .put("continuous", bucket.continuous());
    }

    /// The provider and the group are those of the enclosing key.
    private static void writeKnown(JsonWriter json, KnownCooldown known) throws IOException {
        switch (known.scope()) {
            case Scope.OfKey _ -> json.put("scope", "key");
            case Scope.OfGroup _ -> json.put("scope", "group");
            case Scope.OfGroupModel(var _, var model) ->
                json.put("scope", "group_and_model").put("model", model.toString());
            case Scope.OfProvider _ -> json.put("scope", "provider");
            case Scope.OfModel(var _, var model) ->
                json.put("scope", "provider_and_model").put("model", model.toString());
        }
        json.put("state", known.phase().name().toLowerCase(Locale.ROOT));
        writeReason(json, known.reason(), known.foreseen(), known.since(), known.until());
    }

    private static void writeState(JsonWriter json, KeyState keyState) throws IOException {
        switch (keyState) {
            case KeyState.Ready _ -> json.put("state", "ready");
            case KeyState.Cooling(var reason, var foreseen, var since, var until) ->
                writeReason(json.put("state", "cooling"), reason, foreseen, since, until);
            case KeyState.Probing(var reason, var since) ->
                json.put("state", "cooling")
                        .put("reason", reason.label())
                        .put("since", since)
                        .put("on_trial", true);
            case KeyState.Retired(var since, var until) ->
                json.put("state", "retired")
                        .put("reason", Failure.Kind.KEY_REFUSED.label())
                        .put("since", since)
                        .put("until", JsonWriter.timestampRoundedUp(until));
        }
    }

    private static void writeReason(
            JsonWriter json, Failure.Kind reason, boolean foreseen, Instant since, Instant until) throws IOException {
        json.put("reason", reason.label()).put("foreseen", foreseen);
        json.put("since", since).put("until", JsonWriter.timestampRoundedUp(until));
    }
}
