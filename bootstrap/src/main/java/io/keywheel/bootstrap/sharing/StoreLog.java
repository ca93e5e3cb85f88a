package io.keywheel.bootstrap.sharing;

import io.keywheel.adapters.state.RedisSharedState;
import java.lang.System.Logger.Level;

/// Logs when this gateway is alone, and when it is not any more.
///
/// @param address of the store
record StoreLog(RedisSharedState.Address address) implements RedisSharedState.Changes {

    private static final System.Logger LOG = System.getLogger("io.keywheel.sharing");

    @Override
    public void connected() {
        LOG.log(Level.INFO, "Shared state: connected to the store at " + address);
    }

    @Override
    public void unavailable(String reason) {
        LOG.log(
                Level.WARNING,
                "Shared state: the store at %s is unavailable, and this gateway goes on alone: %s"
                        .formatted(address, reason));
    }
}
