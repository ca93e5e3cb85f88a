package io.keywheel.application.port.in;

import java.util.List;

/// The provider that the caller named is not in the rotation, or not among the targets of the model.
public final class UnknownProviderException extends ChatException {

    private static final long serialVersionUID = 1;

    private final transient List<String> known;

    /// @param known the providers there are, in rotation order
    public UnknownProviderException(String provider, List<String> known) {
        super("There is no provider '" + provider + "'", List.of());
        this.known = List.copyOf(known);
    }

    /// @param known the providers that the virtual model leads to
    public UnknownProviderException(String model, String provider, List<String> known) {
        super("The model '" + model + "' has no target at '" + provider + "'", List.of());
        this.known = List.copyOf(known);
    }

    /// Those that could have been named.
    public List<String> known() {
        return known;
    }
}
