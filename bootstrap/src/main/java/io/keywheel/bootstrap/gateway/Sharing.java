package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Connects this gateway to the store for shared key state, if one is configured. Without a store, no class of
/// its client is loaded.
final class Sharing implements AutoCloseable {

    /// How long a start waits for the shared state of other gateways.
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger("io.keywheel.sharing");

    /// Logs when the store becomes unavailable or connected.
    ///
    /// @param address the store's address
    private record LoggedChanges(RedisSharedState.Address address) implements RedisSharedState.Changes {

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

    private final @Nullable RedisSharedState store;

    private Sharing(@Nullable RedisSharedState store) {
        this.store = store;
    }

    /// @param settings empty to share nothing
    /// @param usageId the id of the store in which this gateway saves usage
    static Sharing open(
            Optional<RedisSharedState.Settings> settings,
            String usageId,
            List<ProviderSetup> providers,
            InstantSource clock) {
        var sharing = new Sharing(
                settings.map(set -> new RedisSharedState(set, usageId, clock, new LoggedChanges(set.address())))
                        .orElse(null));
        sharing.follow(providers);
        return sharing;
    }

    /// Null if nothing is shared.
    @Nullable
    SharedState state() {
        return store;
    }

    /// Shares the state of these providers' keys from now on.
    void follow(List<ProviderSetup> providers) {
        if (store != null) {
            store.follow(providers.stream().map(ProviderSetup::settings).toList());
        }
    }

    /// Waits up to one second for the shared state, so that the first request avoids limits that other gateways
    /// have found.
    void awaitFirstAttempt() {
        if (store != null) {
            try {
                store.awaitFirstAttempt(FIRST_ATTEMPT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }
}
