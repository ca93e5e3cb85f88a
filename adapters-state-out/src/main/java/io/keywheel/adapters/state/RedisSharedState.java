package io.keywheel.adapters.state;

import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Shares facts through streams in Redis or Valkey. Two threads use the store; only requests in [#claim] wait
/// for it.
///
/// If the store fails or is slow, the gateway continues without it immediately, and reconnects in the background.
/// It then reads on from its last position, and sends the facts of the meantime.
public final class RedisSharedState implements SharedState {

    /// The address and login of the store. [#toString] omits the login.
    ///
    /// @param user empty for the default user
    /// @param password empty if the store requires none
    public record Address(String host, int port, boolean tls, String user, String password, int database) {

        /// Host, port and database.
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port + (database == 0 ? "" : "/" + database);
        }
    }

    /// The settings of an operator.
    ///
    /// @param salt for the keys' hashes; must be the same for all gateways
    /// @param timeout the maximum duration of a command
    public record Settings(Address address, String salt, Duration timeout) {

        /// With the limit of [SharedState#claim].
        public Settings(Address address, String salt) {
            this(address, salt, Duration.ofMillis(50));
        }

        /// The longer of `usual` and the timeout of a command.
        Duration orLonger(Duration usual) {
            return timeout.compareTo(usual) > 0 ? timeout : usual;
        }

        /// Omits the salt, which is secret.
        @Override
        public String toString() {
            return address.toString();
        }
    }

    private final StoreContext context;
    private final StoreLink link;
    private volatile Duration probeTimeout = Duration.ZERO;

    /// Connects only in [#listen].
    ///
    /// @param usageId the id of the file in which this gateway saves usage; empty for none
    /// @param changes receives each change once: why no facts are shared from now on; empty if they are shared
    public RedisSharedState(
            Settings settings, String usageId, InstantSource clock, Consumer<Optional<String>> changes) {
        context = new StoreContext(settings, usageId, clock);
        link = new StoreLink(context, changes);
    }

    /// Connects once, and returns why the store cannot be used; empty if it can.
    public static Optional<String> problem(Settings settings) {
        try (var connection = new StoreConnection(settings)) {
            connection.waitAtMost(settings.timeout());
            return StoreReader.check(connection).stream()
                    .map(StoreFailure::reason)
                    .distinct()
                    .reduce((one, other) -> one + "; " + other);
        } catch (RuntimeException e) {
            return Optional.of(StoreFailure.reason(e));
        }
    }

    /// Shares facts about these providers' keys from now on. The probe timeout is the longest of their
    /// first-token timeouts.
    public void follow(List<ProviderSettings> providers) {
        probeTimeout = providers.stream()
                .map(provider -> provider.timeouts().firstToken())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        var keys = new Fingerprints(context.settings().salt(), providers);
        Fingerprints before = context.keys().getAndSet(keys);
        context.outbox().forget(key -> {
            String name = before.wire(key);
            return name != null && !name.equals(keys.wire(key));
        });
    }

    @Override
    public void listen(Consumer<List<Fact>> learned, Runnable repeat) {
        link.start(new StoreReader(context, learned, repeat));
    }

    /// Waits until the first attempt to read the store has ended, `atMost` has passed, or the thread is interrupted.
    public void awaitFirstAttempt(Duration atMost) {
        link.awaitFirstAttempt(atMost);
    }

    @Override
    public void publish(List<Fact> facts) {
        context.outbox().add(facts, false);
    }

    @Override
    public boolean claim(Fact.Called call) throws InterruptedException {
        StoreLink.Session session = link.session();
        String nameOfKey = nameOfKey(call);
        if (session == null || nameOfKey == null) {
            return false;
        }
        CountDownLatch ended = context.claims().begin(call);
        if (link.session() != session) {
            // The session was lost before the claim was registered, so nothing else would end the claim.
            context.claims().end(call);
            return false;
        }
        context.outbox().add(List.of(call), true);
        boolean inTime;
        try {
            inTime = ended.await(context.settings().timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            context.claims().end(call);
            throw e;
        }
        // If the key was removed or moved to another base URL meanwhile, the timeout is not the store's fault.
        if (!inTime && nameOfKey.equals(nameOfKey(call))) {
            link.tooSlow(session);
        }
        boolean hasPassed = context.claims().end(call);
        if (!hasPassed) {
            context.outbox().remove(call);
        }
        return hasPassed;
    }

    /// Null if the key was removed: facts about other keys are neither written nor read.
    private @Nullable String nameOfKey(Fact.Called call) {
        return context.keys().get().wire(call.callTarget());
    }

    @Override
    public Duration probeTimeout() {
        return probeTimeout;
    }

    @Override
    public boolean isConnected() {
        return link.session() != null;
    }

    @Override
    public void close() {
        link.close();
    }
}
