package io.keywheel.bootstrap.sharing;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What this gateway shares with others: nothing, or facts about its keys. Without a store, nothing of its client is
/// loaded.
public final class Sharing implements AutoCloseable {

    /// A start waits that long for what others know.
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger("io.keywheel.sharing");

    /// Logs when this gateway is alone, and when it is not any more.
    ///
    /// @param address of the store
    private record StoreLog(RedisSharedState.Address address) implements RedisSharedState.Changes {

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

    private final @Nullable RedisSharedState store;

    private Sharing(@Nullable RedisSharedState store) {
        this.store = store;
    }

    /// @param settings empty for nothing
    public static Sharing open(
            Optional<RedisSharedState.Settings> settings, List<ProviderSetup> providers, InstantSource clock) {
        var sharing = new Sharing(settings.map(set -> RedisSharedState.open(set, clock, new StoreLog(set.address())))
                .orElse(null));
        sharing.follow(providers);
        return sharing;
    }

    public SharedState state() {
        return store == null ? SharedState.ALONE : store;
    }

    /// From now on facts about the keys of these providers are shared.
    public void follow(List<ProviderSetup> providers) {
        if (store != null) {
            store.follow(providers.stream().map(ProviderSetup::settings).toList());
        }
    }

    /// Waits a moment for what others know, so that the first request does not go where they found a limit.
    public void awaitFirstAttempt() {
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
        state().close();
    }
}
