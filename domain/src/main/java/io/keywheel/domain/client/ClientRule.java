package io.keywheel.domain.client;

import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.VirtualModels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The limits and permissions of a client.
///
/// @param limits the value of each limit, from 1 to [ClientLimit#MOST]; absent limits do not apply
/// @param models the names and prefix patterns, which end in `*`, of the models that the client may use; empty
///     for all
/// @param seesAll whether the client may see the usage of others
public record ClientRule(Map<ClientLimit, Long> limits, List<String> models, boolean seesAll) {

    /// No limits, and no access to the usage of others.
    public static final ClientRule UNLIMITED = new ClientRule(Map.of(), List.of(), false);

    public ClientRule {
        var inOrder = new EnumMap<ClientLimit, Long>(ClientLimit.class);
        inOrder.putAll(limits);
        limits = Collections.unmodifiableMap(inOrder);
        models = List.copyOf(models);
        if (limits.values().stream().anyMatch(limit -> limit < 1 || limit > ClientLimit.MOST)) {
            throw new IllegalArgumentException("a limit is from 1 to " + ClientLimit.MOST);
        }
    }

    /// Whether the client may name this model. An entry that begins with a provider and `/` covers models at that
    /// provider only, named with or without it. Any other entry is compared with the name. For a virtual model,
    /// every entry is.
    ///
    /// @param provider the one that the client names, or null
    public boolean allows(String model, @Nullable String provider, ModelCatalog catalog) {
        if (models.isEmpty()) {
            return true;
        }
        if (catalog.virtual().find(model).isPresent() || !ModelId.isValid(model)) {
            return models.stream().anyMatch(entry -> VirtualModels.covers(entry, model));
        }
        Set<ProviderId> providers = catalog.models().keySet();
        ProviderId given = providers.stream()
                .filter(each -> each.value().equals(provider))
                .findFirst()
                .orElse(null);
        RouteTarget target = catalog.find(new ModelId(model), given).orElse(null);
        String id = target == null ? model : String.valueOf(target.model());
        return models.stream().anyMatch(entry -> {
            if (providers.stream().noneMatch(each -> entry.startsWith(each + "/"))) {
                return VirtualModels.covers(entry, model) || (given != null && VirtualModels.covers(entry, id));
            }
            return target != null
                    && entry.startsWith(target.provider() + "/")
                    && (VirtualModels.covers(entry, target.toString()) || VirtualModels.covers(entry, id));
        });
    }

    /// As in the settings: `60rpm 8 at once, see all, models smart groq/*`.
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        if (!limits.isEmpty()) {
            parts.add(limits.entrySet().stream()
                    .map(limit -> limit.getKey().written(limit.getValue()))
                    .collect(Collectors.joining(" ")));
        }
        if (seesAll) {
            parts.add("see all");
        }
        if (!models.isEmpty()) {
            parts.add("models " + String.join(" ", models));
        }
        return parts.isEmpty() ? "no limits" : String.join(", ", parts);
    }
}
