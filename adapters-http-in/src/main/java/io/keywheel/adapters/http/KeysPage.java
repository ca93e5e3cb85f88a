package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.PoolStatus.ModelStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.health.PoolStatus.Tally;
import io.keywheel.domain.health.Standing;
import io.keywheel.domain.routing.Allowance;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys and how they are, without the keys.
final class KeysPage {

    private KeysPage() {}

    static ObjectNode of(PoolStatus pool) {
        ObjectNode page = Json.object().put("at", Json.moment(pool.at()));
        page.set("providers", providers(pool));
        return page;
    }

    static ArrayNode providers(PoolStatus pool) {
        ArrayNode providers = Json.array();
        pool.providers().forEach(provider -> providers.add(of(provider)));
        return providers;
    }

    private static ObjectNode of(ProviderStatus provider) {
        ObjectNode said = Json.object()
                .put("id", provider.id().toString())
                .put("default_model", provider.defaultModel().toString());
        var keys = said.putArray("keys");
        provider.keys().forEach(key -> keys.add(of(key)));
        return said;
    }

    private static ObjectNode of(KeyStatus key) {
        ObjectNode said = Json.object()
                .put("key", key.key().slot().toString())
                .put("fingerprint", key.key().fingerprint())
                .put("group", key.key().group().name());
        stand(said, key.standing());
        count(said, key.tally());
        var known = said.putArray("known");
        key.known().forEach(fact -> known.add(of(fact)));
        var models = said.putArray("models");
        key.models().forEach(model -> models.add(of(model)));
        return said;
    }

    /// The provider and the key's group are the ones around it.
    private static ObjectNode of(Known fact) {
        ObjectNode said = Json.object();
        switch (fact.scope()) {
            case Scope.OfKey _ -> said.put("scope", "key");
            case Scope.OfGroup _ -> said.put("scope", "group");
            case Scope.OfGroupModel(var _, var model) ->
                said.put("scope", "group_and_model").put("model", model.toString());
            case Scope.OfProvider _ -> said.put("scope", "provider");
            case Scope.OfModel(var _, var model) ->
                said.put("scope", "provider_and_model").put("model", model.toString());
        }
        return said.put("state", fact.phase().name().toLowerCase(Locale.ROOT))
                .put("reason", fact.reason().label())
                .put("foreseen", fact.foreseen())
                .put("since", Json.moment(fact.since()))
                .put("until", Json.from(fact.until()));
    }

    private static ObjectNode of(ModelStatus model) {
        ObjectNode said = Json.object().put("model", model.model().toString());
        stand(said, model.standing());
        said.put("pending", model.pending())
                .put("full_until", model.fullUntil() == null ? null : Json.from(model.fullUntil()));
        var remaining = said.put("as_of", text(model.toldAt())).putArray("remaining");
        for (Allowance.Bucket bucket : model.allowance().buckets()) {
            remaining
                    .addObject()
                    .put("bucket", bucket.name())
                    .put("limit", bucket.limit())
                    .put("remaining", bucket.remaining())
                    .put(
                            "reset_seconds",
                            bucket.reset() == null ? null : bucket.reset().toMillis() / 1000.0);
        }
        return said;
    }

    private static void stand(ObjectNode said, Standing standing) {
        switch (standing) {
            case Standing.Ready _ -> said.put("state", "ready");
            case Standing.Cooling(var reason, var foreseen, var since, var until) ->
                said.put("state", "cooling")
                        .put("reason", reason.label())
                        .put("foreseen", foreseen)
                        .put("since", Json.moment(since))
                        .put("until", Json.from(until));
            case Standing.OnTrial(var reason, var since) ->
                said.put("state", "cooling")
                        .put("reason", reason.label())
                        .put("since", Json.moment(since))
                        .put("on_trial", true);
            case Standing.Retired(var since, var until) ->
                said.put("state", "retired")
                        .put("reason", Failure.Kind.KEY_REFUSED.label())
                        .put("since", Json.moment(since))
                        .put("until", Json.from(until));
        }
    }

    private static void count(ObjectNode said, Tally tally) {
        said.put("attempts", tally.attempts());
        ObjectNode failures = said.putObject("failures");
        tally.failures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> failures.put(entry.getKey().label(), entry.getValue()));
        said.put("last_use", text(tally.lastUse()));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : Json.moment(instant);
    }
}
