package io.keywheel.adapters.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.PoolStatus.ModelStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.health.PoolStatus.Tally;
import io.keywheel.domain.routing.Allowance;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys and how they are, without the keys. Written piece by piece: there may be many keys and models.
final class KeysPage {

    private KeysPage() {}

    /// Writes the fields of the page.
    static void write(JsonGenerator json, PoolStatus pool) throws IOException {
        json.writeStringField("at", Json.moment(pool.at()));
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
        Standings.write(json, key.standing());
        write(json, key.tally());
        json.writeArrayFieldStart("known");
        for (Known fact : key.known()) {
            Standings.write(json, fact);
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
        Standings.write(json, model.standing());
        json.writeNumberField("pending", model.pending());
        json.writeStringField("full_until", model.fullUntil() == null ? null : Json.from(model.fullUntil()));
        json.writeStringField("as_of", text(model.toldAt()));
        json.writeArrayFieldStart("remaining");
        for (Allowance.Bucket bucket : model.allowance().buckets()) {
            write(json, bucket);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Allowance.Bucket bucket) throws IOException {
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
        return instant == null ? null : Json.moment(instant);
    }
}
