package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.io.IOException;
import java.time.Instant;
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
        json.writeArrayFieldStart("providers");
        for (ProviderStatus provider : pool.providers()) {
            json.writeStartObject();
            json.writeStringField("id", provider.id().toString());
            json.writeStringField("default_model", provider.defaultModel().toString());
            json.writeArrayFieldStart("keys");
            for (KeyStatus key : provider.keys()) {
                write(json, key);
            }
            json.writeEndArray();
            json.writeNumberField("more_models", provider.moreModels());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, KeyStatus key) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", key.key().slot().toString());
        json.writeStringField("fingerprint", key.key().fingerprint());
        json.writeStringField("group", key.key().group().name());
        KeyStates.write(json, key.state());
        write(json, key.tally());
        json.writeArrayFieldStart("known");
        for (Known fact : key.known()) {
            KeyStates.write(json, fact);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("models");
        for (ModelStatus model : key.models()) {
            write(json, model);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ModelStatus model) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", model.model().toString());
        KeyStates.write(json, model.state());
        json.writeNumberField("pending", model.pending());
        json.writeStringField("full_until", model.fullUntil() == null ? null : JsonWriter.from(model.fullUntil()));
        json.writeStringField("as_of", text(model.reportedAt()));
        json.writeArrayFieldStart("remaining");
        for (RateLimitStatus.Bucket bucket : model.limits().buckets()) {
            write(json, bucket);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, RateLimitStatus.Bucket bucket) throws IOException {
        json.writeStartObject();
        json.writeStringField("bucket", bucket.name());
        json.writePOJOField("limit", bucket.limit());
        json.writeNumberField("remaining", bucket.remaining());
        json.writePOJOField(
                "reset_seconds", bucket.reset() == null ? null : bucket.reset().toMillis() / 1000.0);
        json.writeEndObject();
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
}
