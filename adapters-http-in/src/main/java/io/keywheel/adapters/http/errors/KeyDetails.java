package io.keywheel.adapters.http.errors;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What became of one key, in all and for each model.
final class KeyDetails {

    /// By the place that it had first.
    private final PoolKey key;

    private final SequencedMap<ModelId, ObjectNode> models = new LinkedHashMap<>();

    /// What is said of the key in all: of the model that is back first; where none cools, of the last attempt.
    private @Nullable ModelId shown;

    private @Nullable Instant until;

    KeyDetails(PoolKey key) {
        this.key = key;
    }

    void tried(FailedAttempt attempt) {
        shown = attempt.target().model();
        models.put(shown, said(attempt));
    }

    void cools(CoolingKey cooling) {
        models.computeIfAbsent(cooling.model(), _ -> whyNotAsked(cooling))
                .put("until", JsonWriter.from(cooling.until()));
        if (until == null || cooling.until().isBefore(until)) {
            shown = cooling.model();
            until = cooling.until();
        }
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
        return summary(requireNonNull(shown), said().without(List.of("until")));
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

    private ObjectNode said() {
        return requireNonNull(models.get(requireNonNull(shown))).deepCopy();
    }

    /// @param ofEach whether for each model, too
    void putInto(ObjectNode entries, boolean ofEach) {
        ObjectNode said = said();
        if (ofEach) {
            ObjectNode each = said.putObject("models");
            models.forEach((model, ofModel) -> each.set(model.value(), ofModel));
        }
        String place = key.slot().toString();
        entries.set(entries.has(place) ? place + " " + key.fingerprint() : place, said);
    }
}
