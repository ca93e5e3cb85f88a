package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.util.List;

/// The model is unknown. Either the caller named no provider and none is known to serve the model; then no provider
/// was called. Or no key can use the model.
public final class UnknownModelException extends ChatException {

    private final List<String> nearMatches;

    /// @param nearMatches known models with similar names, the nearest first
    public UnknownModelException(String model, List<String> nearMatches) {
        this("No provider is known to serve the model '" + model + "'", List.of(), nearMatches);
    }

    private UnknownModelException(String message, List<FailedAttempt> attempts, List<String> nearMatches) {
        super(message, attempts);
        this.nearMatches = List.copyOf(nearMatches);
    }

    /// For a caller that named a provider as the model.
    ///
    /// @param models some of its models, prefixed with the provider
    public static UnknownModelException ofProvider(String provider, List<String> models) {
        return new UnknownModelException("'" + provider + "' is a provider, not a model", List.of(), models);
    }

    /// @param model the requested virtual model, or the model of the route
    static UnknownModelException of(
            Exhaustion.NoSuchModel missing, List<FailedAttempt> attempts, String model, ModelCatalog known) {
        List<String> targets =
                missing.route().members().map(Tier.Member::toString).distinct().toList();
        List<String> models = missing.route()
                .targets()
                .map(target -> String.valueOf(target.model()))
                .toList();
        RouteTarget single =
                known.virtual().find(model).isPresent() ? null : missing.route().single();
        String prefix = single != null && model.equals(single.toString()) ? single.provider() + "/" : "";
        List<String> nearest = models.stream()
                .flatMap(name -> known.nearestTo(name, single == null ? null : single.provider(), models).stream())
                .map(name -> name.startsWith(prefix) ? name : prefix + name)
                .distinct()
                .filter(name -> !name.equals(model))
                .limit(NearestNames.MOST)
                .toList();
        return new UnknownModelException(
                single == null
                        ? "No key can use what the model '" + model + "' stands for: " + NameList.joined(targets)
                        : "No key of " + single.provider() + " can use the model '" + single.model() + "'",
                attempts,
                nearest);
    }

    public List<String> nearMatches() {
        return nearMatches;
    }
}
