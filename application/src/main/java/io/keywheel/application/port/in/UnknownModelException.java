package io.keywheel.application.port.in;

import java.util.List;

/// No provider is known to serve the model, and none was named. Nobody was asked.
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

    public String model() {
        return model;
    }

    public List<String> nearMatches() {
        return nearMatches;
    }
}
