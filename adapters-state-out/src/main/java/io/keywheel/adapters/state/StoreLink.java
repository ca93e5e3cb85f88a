package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/// The life of the connections to the store, which is Redis or Valkey: one thread connects and reads, one sends, and
/// both begin anew when the store fails.
final class StoreLink {

    /// To connect takes longer than a command, above all with TLS. No request waits for it.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final Duration HEARTBEAT_PERIOD = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofMillis(100);
    private static final int MOST_SHORT_SESSIONS = 2;
    private static final int MOST_SENT = 256;

    /// Both connections, until one fails.
    static final class Session {
        final StoreConnection reader;
        final StoreConnection sender;

        @Nullable
        String failure;

        Session(StoreConnection reader, StoreConnection sender) {
            this.reader = reader;
            this.sender = sender;
        }
    }

    private final RedisSharedState.Settings settings;
    private final InstantSource clock;
    private final Outbox outbox;
    private final Claims claims;
    private final RedisSharedState.Changes changes;
    private final StoreReader storeReader;
    private final StoreWriter writer;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread readThread;
    private final Thread sendThread;

    private volatile Fingerprints fingerprints = new Fingerprints("-", List.of());
    /// Null while this gateway is alone.
    private volatile @Nullable Session session;

    /// What was said last: whether the store is there. This and what follows are of the thread that reads.
    private @Nullable Boolean saidConnected;

    /// How many sessions in a row have not lasted until their second heartbeat.
    private int shortSessions;

    StoreLink(
            RedisSharedState.Settings settings,
            String gateway,
            InstantSource clock,
            Outbox outbox,
            Claims claims,
            RedisSharedState.Changes changes,
            Consumer<List<Fact>> listener) {
        this.settings = settings;
        this.clock = clock;
        this.outbox = outbox;
        this.claims = claims;
        this.changes = changes;
        storeReader = new StoreReader(settings, gateway, clock, outbox, claims, listener);
        writer = new StoreWriter(gateway, clock);
        readThread = Thread.ofPlatform().name("shared-state-read").daemon().unstarted(this::readAlways);
        sendThread = Thread.ofPlatform().name("shared-state-send").daemon().unstarted(this::sendAlways);
    }

    /// Why the store cannot be used; empty where it can.
    static Optional<String> problem(RedisSharedState.Settings settings) {
        try (var connection = new StoreConnection(settings.address(), settings.orLonger(CONNECT))) {
            connection.waitAtMost(settings.timeout());
            StoreReader.check(connection);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(StoreFailure.reason(e));
        }
    }

    /// From now on facts about these keys reach the listener.
    void follow(Fingerprints keys) {
        fingerprints = keys;
    }

    /// Whether the key of `call` is still there. An entry of this gateway about another cannot be written or read.
    boolean follows(Fact.Called call) {
        return fingerprints.wire(call.asked().provider(), call.asked().fingerprint()) != null;
    }

    void start() {
        readThread.start();
        sendThread.start();
    }

    void awaitFirstAttempt(Duration atMost) throws InterruptedException {
        var _ = firstAttempt.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean isUp() {
        return session != null;
    }

    /// Null while this gateway is alone.
    @Nullable
    Session session() {
        return session;
    }

    /// From any thread: a command took too long. The gateway does not use `slow` when it returns.
    void tooSlow(Session slow) {
        giveUp(slow, StoreFailure.TOO_SLOW);
    }

    /// The first reason stays the reason.
    private synchronized String giveUp(Session given, String reason) {
        String failure = given.failure;
        if (failure == null) {
            failure = reason;
            given.failure = reason;
            if (session == given) {
                session = null;
                outbox.open(false);
                claims.giveUp();
            }
        }
        given.reader.close();
        given.sender.close();
        return failure;
    }

    private synchronized void use(Session opened) {
        if (opened.failure == null) {
            session = opened;
            outbox.open(true);
        }
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    private void readAlways() {
        Duration pause = SHORTEST_PAUSE;
        while (isOpen()) {
            Instant began = clock.instant();
            String reason = readUntilFailure();
            if (!isOpen()) {
                return;
            }
            if (!Boolean.FALSE.equals(saidConnected)) {
                saidConnected = false;
                changes.unavailable(reason);
            }
            firstAttempt.countDown();
            boolean wasStable = Duration.between(began, clock.instant()).compareTo(HEARTBEAT_PERIOD) > 0;
            pause = wasStable ? SHORTEST_PAUSE : pause;
            // Gateways that lost the store together do not come back together.
            long millis = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            try {
                var _ = closing.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private String readUntilFailure() {
        try (var reader = new StoreConnection(settings.address(), settings.orLonger(CONNECT));
                var sender = new StoreConnection(settings.address(), settings.orLonger(CONNECT))) {
            var opened = new Session(reader, sender);
            try {
                catchUp(opened);
                use(opened);
                // A store that comes and goes is said to be there once it stays.
                shortSessions++;
                if (shortSessions <= MOST_SHORT_SESSIONS) {
                    sayConnected();
                }
                firstAttempt.countDown();
                readOn(reader);
                return giveUp(opened, "this gateway stops");
            } catch (RuntimeException | Error e) {
                // Also the listener's. It has had what it failed at, and no other thread would read.
                return giveUp(opened, StoreFailure.reason(e));
            }
        } catch (RuntimeException | Error e) {
            return StoreFailure.reason(e);
        }
    }

    private void sayConnected() {
        if (!Boolean.TRUE.equals(saidConnected)) {
            saidConnected = true;
            changes.connected();
        }
    }

    /// Reads all that there is, before a claim may wait for anything.
    private void catchUp(Session opened) {
        storeReader.begin(opened.reader, fingerprints);
        opened.sender.waitAtMost(settings.timeout());
        while (isOpen() && !storeReader.catchUp(opened.reader, fingerprints)) {
            // The next page.
        }
    }

    private void readOn(StoreConnection reader) {
        Instant lastHeartbeatAt = clock.instant();
        while (isOpen()) {
            storeReader.readOn(reader, fingerprints);
            Instant now = clock.instant();
            if (Duration.between(lastHeartbeatAt, now).compareTo(HEARTBEAT_PERIOD) > 0) {
                lastHeartbeatAt = now;
                storeReader.heartbeat(reader, fingerprints);
                shortSessions = 0;
                sayConnected();
            }
        }
    }

    private void sendAlways() {
        Session known = null;
        try {
            while (isOpen()) {
                List<Fact> facts = outbox.take(MOST_SENT, clock);
                Session current = session;
                if (current == null) {
                    outbox.putBack(facts);
                    continue;
                }
                if (current != known) {
                    known = current;
                    writer.begin();
                }
                try {
                    writer.write(current.sender, facts, new FactCodec(fingerprints));
                } catch (RuntimeException | Error e) {
                    giveUp(current, StoreFailure.reason(e));
                    // What cannot be written would fail again, and no other thread would send.
                    if (e instanceof JedisException) {
                        outbox.putBack(facts);
                    }
                } finally {
                    outbox.sent();
                }
            }
        } catch (InterruptedException _) {
            // It is closed.
        }
    }

    void close() {
        try {
            if (isUp()) {
                outbox.awaitSent(settings.orLonger(LAST_WORDS));
            }
            closing.countDown();
            Session last = session;
            if (last != null) {
                giveUp(last, "this gateway stops");
            }
            sendThread.interrupt();
            readThread.interrupt();
            readThread.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
