package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.state.RedisSharedState;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;

/// Logs why the store for shared key state is unavailable, and when it is connected.
record SharingLog(RedisSharedState.Address address) implements Consumer<Optional<String>> {

    private static final System.Logger LOG = System.getLogger("io.keywheel.sharing");

    @Override
    public void accept(Optional<String> failure) {
        failure.ifPresentOrElse(
                reason -> LOG.log(
                        Level.WARNING,
                        "Shared state: the store at %s is unavailable, and this gateway continues alone: %s"
                                .formatted(address, reason)),
                () -> LOG.log(Level.INFO, "Shared state: connected to the store at " + address));
    }
}
