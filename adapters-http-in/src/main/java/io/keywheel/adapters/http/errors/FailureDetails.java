package io.keywheel.adapters.http.errors;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The outcome of each key, for the `details` of an error. Keys are named by their slots. If the settings have
/// changed meanwhile, two keys may have had the same slot.
public final class FailureDetails {

    /// A key has a row for each of its models, and is shown with all of them or not at all.
    private static final int MOST_ROWS = 50;

    /// The outcome of one key, under the slot that it had first.
    private static final class KeyDetails {

        private final PoolKey key;
        private final Map<ModelId, ObjectNode> models = new LinkedHashMap<>();

        /// The model that stands for the key: the one whose cooldown ends first, else the one of the last attempt.
        private @Nullable ModelId mainModel;

        private @Nullable Instant until;

        KeyDetails(PoolKey key) {
            this.key = key;
        }

        void addAttempt(FailedAttempt attempt) {
            mainModel = attempt.target().model();
            Failure failure = attempt.failure();
            models.put(mainModel, entry(failure.kind().label(), failure.message()));
        }

        void addCooling(CoolingKey cooling) {
            models.computeIfAbsent(cooling.model(), _ -> entry(cooling.reason().label(), whyNotAttempted(cooling)))
                    .put("until", JsonWriter.timestampRoundedUp(cooling.until()));
            if (until == null || cooling.until().isBefore(until)) {
                mainModel = cooling.model();
                until = cooling.until();
            }
        }

        private static String whyNotAttempted(CoolingKey cooling) {
            if (cooling.foreseen()) {
                return "too little left for this request, not asked";
            }
            return cooling.reason() == Failure.Kind.KEY_REFUSED
                    ? "refused by the provider before, not asked"
                    : "cooling, not asked";
        }

        private static ObjectNode entry(String code, String message) {
            return JsonWriter.object().put("code", code).put("message", message);
        }

        ObjectNode entryOf(ModelId model) {
            return requireNonNull(models.get(model)).deepCopy();
        }

        void putInto(ObjectNode entries, boolean ofEach) {
            ModelId main = requireNonNull(mainModel);
            ObjectNode entry = entryOf(main);
            if (ofEach) {
                ObjectNode each = entry.put("model", main.value()).putObject("models");
                models.forEach((model, ofModel) -> each.set(model.value(), ofModel));
            }
            String slot = key.slot().toString();
            entries.set(entries.has(slot) ? slot + " " + key.fingerprint() : slot, entry);
        }
    }

    private FailureDetails() {}

    /// As `{"groq/1": {"code", "message", "until"}}`; for several models of a provider, each key has
    /// `"models": {MODEL: {"code", "message", "until"}}`, too.
    public static ObjectNode byKey(List<FailedAttempt> attempts) {
        return of(attempts, new Unavailability(List.of(), 0, Set.of(), Instant.MAX), false);
    }

    /// Like [#byKey], with the keys that were not called. `byProvider` puts them as `"keys"` into
    /// `{"groq": {"model", "code", "message"}}`, with the last attempt's outcome, else why the first key cools.
    static ObjectNode of(List<FailedAttempt> attempts, Unavailability unavailability, boolean byProvider) {
        ObjectNode details = JsonWriter.object();
        Collection<KeyDetails> all = keys(attempts, unavailability.cooling());
        int rows = 0;
        int left = unavailability.more();
        for (KeyDetails key : all) {
            rows += key.models.size();
            if (rows > MOST_ROWS && !details.isEmpty()) {
                left += key.models.size();
                continue;
            }
            String provider = key.key.provider().value();
            if (byProvider && !details.has(provider)) {
                details.set(provider, summary(key, attempts));
            }
            ObjectNode keys = byProvider ? details.withObject("/" + provider + "/keys") : details;
            key.putInto(keys, hasSeveralModels(key.key.provider(), all));
        }
        return left > 0 ? details.put("more", left) : details;
    }

    private static ObjectNode summary(KeyDetails first, List<FailedAttempt> attempts) {
        var last = new KeyDetails(first.key);
        attempts.stream()
                .filter(attempt -> attempt.target().provider().equals(first.key.provider()))
                .forEach(last::addAttempt);
        KeyDetails shown = last.mainModel == null ? first : last;
        ModelId model = requireNonNull(shown.mainModel);
        ObjectNode entry = shown.entryOf(model);
        entry.remove("until");
        return JsonWriter.object().put("model", model.value()).setAll(entry);
    }

    private static boolean hasSeveralModels(ProviderId provider, Collection<KeyDetails> all) {
        return all.stream()
                        .filter(key -> key.key.provider().equals(provider))
                        .flatMap(key -> key.models.keySet().stream())
                        .distinct()
                        .count()
                > 1;
    }

    /// Merged by the keys' names, because a key may have changed its slot.
    private static Collection<KeyDetails> keys(List<FailedAttempt> attempts, List<CoolingKey> cooling) {
        Map<PoolKey.Name, KeyDetails> keys = new LinkedHashMap<>();
        attempts.forEach(attempt -> of(attempt.target().key(), keys).addAttempt(attempt));
        cooling.forEach(key -> of(key.key(), keys).addCooling(key));
        return keys.values();
    }

    private static KeyDetails of(PoolKey key, Map<PoolKey.Name, KeyDetails> keys) {
        return keys.computeIfAbsent(key.name(), _ -> new KeyDetails(key));
    }
}
