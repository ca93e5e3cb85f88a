package io.keywheel.bootstrap.adapters;

import io.keywheel.domain.routing.ProviderId;
import java.util.Optional;

/// The reason why an adapter cannot be used.
///
/// @param provider empty if unknown
/// @param what a message that names the jar or module
public record AdapterFault(Optional<ProviderId> provider, String what) {

    /// The type and message of the innermost cause: the messages of outer exceptions contain full paths.
    static String reason(Throwable why) {
        Throwable deepest = why;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return deepest.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
