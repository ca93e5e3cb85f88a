package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What became of one key, in all and for each model.
final class KeyDetails {

    /// By the place that it had first.
    private final PoolKey key;

    private final SequencedMap<ModelId, ObjectNode> models = new LinkedHashMap<>();

    /// Of its last attempt; had it none, why it cools.
    private ObjectNode last = JsonWriter.object();

    private @Nullable Instant until;

    KeyDetails(PoolKey key) {
        this.key = key;
    }

    void tried(FailedAttempt attempt) {
        last = said(attempt);
        models.put(attempt.target().model(), said(attempt));
    }

    void cools(CoolingKey cooling) {
        models.computeIfAbsent(cooling.model(), _ -> whyNotAsked(cooling))
                .put("until", JsonWriter.from(cooling.until()));
        last = last.isEmpty() ? whyNotAsked(cooling) : last;
        until = until == null || cooling.until().isBefore(until) ? cooling.until() : until;
    }

    ProviderId provider() {
        return key.provider();
    }

    Stream<ModelId> named() {
        return models.keySet().stream();
    }

    int models() {
        return models.size();
    }

    ObjectNode summary() {
        return summary(models.firstEntry().getKey(), last);
    }

    static ObjectNode summary(ModelId model, ObjectNode said) {
        ObjectNode summary = JsonWriter.object().put("model", model.value());
        return summary.setAll(said);
    }

    static ObjectNode said(FailedAttempt attempt) {
        return JsonWriter.object()
                .put("code", attempt.failure().kind().label())
                .put("message", attempt.failure().message());
    }

    private static ObjectNode whyNotAsked(CoolingKey key) {
        return JsonWriter.object()
                .put("code", key.reason().label())
                .put("message", key.foreseen() ? "too little left, not asked" : "cooling, not asked");
    }

    /// @param ofEach whether for each model, too
    void putInto(ObjectNode entries, boolean ofEach) {
        ObjectNode said = last.deepCopy();
        if (until != null) {
            said.put("until", JsonWriter.from(until));
        }
        if (ofEach) {
            ObjectNode each = said.putObject("models");
            models.forEach((model, ofModel) -> each.set(model.value(), ofModel));
        }
        String place = key.slot().toString();
        entries.set(entries.has(place) ? place + " " + key.fingerprint() : place, said);
    }
}
