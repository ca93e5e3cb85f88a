package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.state.RedisSharedState;
import java.lang.System.Logger.Level;

/// Logs when the store for shared key state becomes unavailable or connected.
///
/// @param address the store's address
record SharingLog(RedisSharedState.Address address) implements RedisSharedState.Changes {

    private static final System.Logger LOG = System.getLogger("io.keywheel.sharing");

    @Override
    public void connected() {
        LOG.log(Level.INFO, "Shared state: connected to the store at " + address);
    }

    @Override
    public void unavailable(String reason) {
        LOG.log(
                Level.WARNING,
                "Shared state: the store at %s is unavailable, and this gateway continues alone: %s"
                        .formatted(address, reason));
    }
}
