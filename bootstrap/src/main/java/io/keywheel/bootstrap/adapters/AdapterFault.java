package io.keywheel.bootstrap.adapters;

import io.keywheel.domain.routing.ProviderId;
import java.util.Optional;

/// Why an adapter cannot be used.
///
/// @param provider whose adapter it would be; empty where that cannot be known
/// @param what a sentence that names the jar or module
public record AdapterFault(Optional<ProviderId> provider, String what) {

    /// What lies deepest says it best; what lies above names whole paths.
    static String reason(Throwable why) {
        Throwable deepest = why;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return deepest.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
