package io.keywheel.bootstrap.settings;

import io.keywheel.domain.routing.ProviderId;
import java.util.Optional;

/// Why an adapter cannot be used.
///
/// @param provider whose adapter it would be; empty where that cannot be known
/// @param what a sentence that names the jar or module
record AdapterFault(Optional<ProviderId> provider, String what) {}
