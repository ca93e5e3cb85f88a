package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys and how they are, without the keys. Written piece by piece: there may be many keys and models.
final class KeysResponse {

    private KeysResponse() {}

    /// Writes the fields of the page.
    static void write(JsonGenerator json, PoolStatus pool) throws IOException {
        json.writeStringField("at", JsonWriter.moment(pool.at()));
        writeProviders(json, pool);
    }

    /// Writes the field `providers`.
    static void writeProviders(JsonGenerator json, PoolStatus pool) throws IOException {
        JsonWriter.writeObjects(json, "providers", pool.providers(), KeysResponse::writeProvider);
    }

    private static void writeProvider(JsonGenerator json, ProviderStatus provider) throws IOException {
        json.writeStringField("id", provider.id().toString());
        json.writeStringField("default_model", provider.defaultModel().toString());
        JsonWriter.writeObjects(json, "keys", provider.keys(), KeysResponse::writeKey);
        json.writeNumberField("more_models", provider.moreModels());
    }

    private static void writeKey(JsonGenerator json, KeyStatus key) throws IOException {
        json.writeStringField("key", key.key().slot().toString());
        json.writeStringField("fingerprint", key.key().fingerprint());
        json.writeStringField("group", key.key().group().name());
        writeState(json, key.state());
        write(json, key.tally());
        JsonWriter.writeObjects(json, "known", key.known(), KeysResponse::writeKnown);
        JsonWriter.writeObjects(json, "models", key.models(), KeysResponse::writeModel);
    }

    private static void writeModel(JsonGenerator json, ModelStatus model) throws IOException {
        json.writeStringField("model", model.model().toString());
        writeState(json, model.state());
        json.writeNumberField("pending", model.pending());
        json.writeStringField("full_until", model.fullUntil() == null ? null : JsonWriter.from(model.fullUntil()));
        json.writeStringField("as_of", text(model.reportedAt()));
        JsonWriter.writeObjects(json, "remaining", model.limits().buckets(), KeysResponse::writeBucket);
    }

    private static void writeBucket(JsonGenerator json, RateLimitStatus.Bucket bucket) throws IOException {
        json.writeStringField("bucket", bucket.name());
        json.writePOJOField("limit", bucket.limit());
        json.writeNumberField("remaining", bucket.remaining());
        json.writePOJOField(
                "reset_seconds", bucket.reset() == null ? null : bucket.reset().toMillis() / 1000.0);
        json.writeBooleanField("continuous", bucket.continuous());
    }

    private static void write(JsonGenerator json, Tally tally) throws IOException {
        json.writeNumberField("attempts", tally.attempts());
        json.writeObjectFieldStart("failures");
        for (Map.Entry<Failure.Kind, Long> failures : tally.failures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            json.writeNumberField(failures.getKey().label(), failures.getValue());
        }
        json.writeEndObject();
        json.writeStringField("last_use", text(tally.lastUse()));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : JsonWriter.moment(instant);
    }

    /// The provider and the key's group are the ones around it.
    private static void writeKnown(JsonGenerator json, Known fact) throws IOException {
        switch (fact.scope()) {
            case Scope.OfKey _ -> json.writeStringField("scope", "key");
            case Scope.OfGroup _ -> json.writeStringField("scope", "group");
            case Scope.OfGroupModel(var _, var model) -> {
                json.writeStringField("scope", "group_and_model");
                json.writeStringField("model", model.toString());
            }
            case Scope.OfProvider _ -> json.writeStringField("scope", "provider");
            case Scope.OfModel(var _, var model) -> {
                json.writeStringField("scope", "provider_and_model");
                json.writeStringField("model", model.toString());
            }
        }
        json.writeStringField("state", fact.phase().name().toLowerCase(Locale.ROOT));
        writeReason(json, fact.reason(), fact.foreseen(), fact.since(), fact.until());
    }

    private static void writeState(JsonGenerator json, KeyState keyState) throws IOException {
        switch (keyState) {
            case KeyState.Ready _ -> json.writeStringField("state", "ready");
            case KeyState.Cooling(var reason, var foreseen, var since, var until) -> {
                json.writeStringField("state", "cooling");
                writeReason(json, reason, foreseen, since, until);
            }
            case KeyState.Probing(var reason, var since) -> {
                json.writeStringField("state", "cooling");
                json.writeStringField("reason", reason.label());
                json.writeStringField("since", JsonWriter.moment(since));
                json.writeBooleanField("on_trial", true);
            }
            case KeyState.Retired(var since, var until) -> {
                json.writeStringField("state", "retired");
                json.writeStringField("reason", Failure.Kind.KEY_REFUSED.label());
                json.writeStringField("since", JsonWriter.moment(since));
                json.writeStringField("until", JsonWriter.from(until));
            }
        }
    }

    private static void writeReason(
            JsonGenerator json, Failure.Kind reason, boolean foreseen, Instant since, Instant until)
            throws IOException {
        json.writeStringField("reason", reason.label());
        json.writeBooleanField("foreseen", foreseen);
        json.writeStringField("since", JsonWriter.moment(since));
        json.writeStringField("until", JsonWriter.from(until));
    }
}
