package io.keywheel.application.port.in;

import java.util.List;

/// The provider that the caller named is not in the rotation.
public final class UnknownProviderException extends ChatException {

    private static final long serialVersionUID = 1;

    private final transient List<String> known;

    public UnknownProviderException(String provider, List<String> known) {
        super("There is no provider '" + provider + "'", List.of());
        this.known = List.copyOf(known);
    }

    /// The providers there are, in rotation order.
    public List<String> known() {
        return known;
    }
}
