package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;
import java.util.List;

/// There is no such model: no provider is known to serve it and none was named, so that no provider was asked; or the
/// provider that was named does not serve it to any of its keys.
public final class UnknownModelException extends ChatException {

    private static final long serialVersionUID = 1;

    private final String model;
    private final transient List<String> nearMatches;

    /// @param nearMatches known models that look like it, the nearest first
    public UnknownModelException(String model, List<String> nearMatches) {
        super("No provider is known to serve the model '" + model + "'", List.of());
        this.model = model;
        this.nearMatches = List.copyOf(nearMatches);
    }

    /// @param nearMatches known models that look like it, the nearest first
    public UnknownModelException(Exhaustion.NoSuchModel exhaustion, List<String> nearMatches) {
        super(
                "No key of " + exhaustion.provider() + " can use the model '" + exhaustion.model() + "'",
                exhaustion.attempts());
        this.model = exhaustion.model().value();
        this.nearMatches = List.copyOf(nearMatches);
    }

    public String model() {
        return model;
    }

    public List<String> nearMatches() {
        return nearMatches;
    }
}
