package io.keywheel.adapters.state;

import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Facts by way of streams in Redis or Valkey. Two threads speak to the store, and no request waits for it but in
/// [#claim].
///
/// Where the store fails or is slow, this gateway goes on alone at once and connects again in the background. It
/// then reads on where it was, and sends what it learned meanwhile.
public final class RedisSharedState implements SharedState {

    /// Where the store is. It prints without the password.
    ///
    /// @param user empty for the default one
    /// @param password empty for none
    public record Address(String host, int port, boolean tls, String user, String password, int database) {

        /// As users may see it.
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port + (database == 0 ? "" : "/" + database);
        }
    }

    /// What an operator can decide.
    ///
    /// @param salt of the fingerprints of keys; the same for all gateways
    /// @param timeout the longest that a command may take
    public record Settings(Address address, String salt, Duration timeout) {

        /// As the contract has it.
        public static final Duration TIMEOUT = Duration.ofMillis(50);

        public Settings(Address address, String salt) {
            this(address, salt, TIMEOUT);
        }

        /// The longer of `usual` and the timeout of a command.
        Duration orLonger(Duration usual) {
            return timeout.compareTo(usual) > 0 ? timeout : usual;
        }

        /// The salt is not for everyone's eyes.
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /// Hears when the store is there and when it is gone, each once.
    public interface Changes {

        /// Facts are passed from now on.
        void connected();

        /// This gateway is alone from now on.
        void unavailable(String reason);
    }

    private final Settings settings;
    private final Outbox outbox = new Outbox();
    private final Claims claims = new Claims();
    private final StoreLink link;
    private volatile Duration probeLease = Duration.ZERO;
    private final AtomicReference<Consumer<List<Fact>>> listener = new AtomicReference<>(_ -> {});

    private RedisSharedState(Settings settings, InstantSource clock, Changes changes) {
        this.settings = settings;
        link = new StoreLink(
                settings,
                // No other has it, nor had this one before its last start.
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
                clock,
                outbox,
                claims,
                changes,
                facts -> listener.get().accept(facts));
    }

    /// Nothing is sent before [#listen].
    public static RedisSharedState open(Settings settings, InstantSource clock, Changes changes) {
        return new RedisSharedState(settings, clock, changes);
    }

    /// Why the store cannot be used; empty where it can.
    public static Optional<String> problem(Settings settings) {
        return StoreLink.problem(settings);
    }

    /// From now on facts about the keys of these providers reach the listener. A probe's lease is the longest of their
    /// first-token timeouts.
    public void follow(List<ProviderSettings> providers) {
        probeLease = providers.stream()
                .map(provider -> provider.timeouts().firstToken())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        link.follow(new Fingerprints(settings.salt(), providers));
    }

    @Override
    public void listen(Consumer<List<Fact>> learned) {
        listener.set(learned);
        link.start();
    }

    /// Waits until the store has been read, or cannot be.
    public void awaitFirstAttempt(Duration atMost) throws InterruptedException {
        link.awaitFirstAttempt(atMost);
    }

    @Override
    public void publish(List<Fact> facts) {
        outbox.add(facts, false);
    }

    @Override
    public boolean claim(Fact.Called call) throws InterruptedException {
        StoreLink.Session session = link.session();
        if (session == null || !link.follows(call)) {
            return false;
        }
        CountDownLatch ended = claims.begin(call);
        if (link.session() != session) {
            // What ends the claims of a lost session has run already.
            claims.end(call);
            return false;
        }
        outbox.add(List.of(call), true);
        boolean inTime;
        try {
            inTime = ended.await(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            claims.end(call);
            throw e;
        }
        // Where the key left meanwhile, the store is not to blame.
        if (!inTime && link.follows(call)) {
            link.tooSlow(session);
        }
        boolean hasPassed = claims.end(call);
        if (!hasPassed) {
            outbox.remove(call);
        }
        return hasPassed;
    }

    @Override
    public Duration probeLease() {
        return probeLease;
    }

    @Override
    public Status status() {
        return link.isUp() ? Status.CONNECTED : Status.UNAVAILABLE;
    }

    @Override
    public void close() {
        link.close();
    }
}
