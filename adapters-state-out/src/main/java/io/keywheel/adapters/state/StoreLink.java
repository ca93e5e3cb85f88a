package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/// Manages the connections to the store, which is Redis or Valkey. One thread connects and reads, another
/// sends. Both start over when the store fails.
final class StoreLink {

    private static final Duration HEARTBEAT_PERIOD = Duration.ofSeconds(10);
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final Duration CLOSE_FLUSH_TIMEOUT = Duration.ofMillis(100);
    private static final int MOST_SHORT_SESSIONS = 2;
    private static final int MOST_SENT = 256;

    /// The two connections, until one of them fails.
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

    private final StoreContext context;
    private final Consumer<Optional<String>> changes;
    private final StoreWriter writer;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile List<Thread> threads = List.of();

    /// Null while this gateway is alone.
    private volatile @Nullable Session session;

    /// The last reported availability; null before the first report. This and the next field are confined to
    /// the reading thread.
    private @Nullable Boolean reportedUp;

    /// The number of consecutive sessions that ended before their second heartbeat.
    private int shortSessions;

    StoreLink(StoreContext context, Consumer<Optional<String>> changes) {
        this.context = context;
        this.changes = changes;
        writer = new StoreWriter(context);
    }

    void start(StoreReader storeReader) {
        threads = List.of(
                Thread.ofPlatform().name("shared-state-read").daemon().start(() -> readAlways(storeReader)),
                Thread.ofPlatform().name("shared-state-send").daemon().start(this::sendAlways));
    }

    void awaitFirstAttempt(Duration atMost) {
        try {
            var _ = firstAttempt.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Null while this gateway is alone.
    @Nullable
    Session session() {
        return session;
    }

    /// Ends the session after a timeout. When it returns, the gateway does not use `slow`. Thread-safe.
    void tooSlow(Session slow) {
        giveUp(slow, StoreFailure.TOO_SLOW);
    }

    /// Ends a session and returns its first failure reason.
    private synchronized String giveUp(Session given, String reason) {
        String failure = given.failure;
        if (failure == null) {
            failure = reason;
            given.failure = reason;
            if (session == given) {
                session = null;
                context.outbox().open(false);
                context.claims().giveUp();
            }
        }
        given.reader.close();
        given.sender.close();
        return failure;
    }

    private synchronized void use(Session opened) {
        if (opened.failure == null) {
            session = opened;
            context.outbox().open(true);
        }
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    private void readAlways(StoreReader storeReader) {
        long pause = SHORTEST_PAUSE_MILLIS;
        while (isOpen()) {
            Instant began = context.clock().instant();
            String reason = readUntilFailure(storeReader);
            if (!isOpen()) {
                return;
            }
            report(Optional.of(reason));
            firstAttempt.countDown();
            boolean wasStable =
                    Duration.between(began, context.clock().instant()).compareTo(HEARTBEAT_PERIOD) > 0;
            pause = wasStable ? SHORTEST_PAUSE_MILLIS : pause;
            // Jitter: gateways that lost the store together do not reconnect together.
            long millis = ThreadLocalRandom.current().nextLong(pause / 2, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            try {
                var _ = closing.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private String readUntilFailure(StoreReader storeReader) {
        try (var reader = new StoreConnection(context.settings());
                var sender = new StoreConnection(context.settings())) {
            var opened = new Session(reader, sender);
            try {
                catchUp(storeReader, opened);
                use(opened);
                // A store that fails repeatedly is reported as connected only after its second heartbeat.
                shortSessions++;
                if (shortSessions <= MOST_SHORT_SESSIONS) {
                    report(Optional.empty());
                }
                firstAttempt.countDown();
                readOn(storeReader, reader);
                return giveUp(opened, "this gateway stops");
            } catch (RuntimeException | Error e) {
                // Includes exceptions of the listener: the facts have been passed to it, and no other thread
                // would read on.
                return giveUp(opened, StoreFailure.reason(e));
            }
        } catch (RuntimeException | Error e) {
            return StoreFailure.reason(e);
        }
    }

    private void report(Optional<String> failure) {
        if (reportedUp == null || reportedUp == failure.isPresent()) {
            reportedUp = failure.isEmpty();
            changes.accept(failure);
        }
    }

    /// Reads the log up to its end before claims are accepted.
    private void catchUp(StoreReader storeReader, Session opened) {
        storeReader.begin(opened.reader);
        opened.sender.waitAtMost(context.settings().timeout());
        while (isOpen() && !storeReader.catchUp(opened.reader)) {
            // Read the next page.
        }
    }

    private void readOn(StoreReader storeReader, StoreConnection reader) {
        Instant lastHeartbeatAt = context.clock().instant();
        while (isOpen()) {
            storeReader.readOn(reader);
            Instant now = context.clock().instant();
            if (Duration.between(lastHeartbeatAt, now).compareTo(HEARTBEAT_PERIOD) > 0) {
                lastHeartbeatAt = now;
                storeReader.heartbeat(reader);
                context.outbox().keepAlive();
                shortSessions = 0;
                report(Optional.empty());
            }
        }
    }

    private void sendAlways() {
        try {
            while (isOpen()) {
                List<Fact> facts = context.outbox().take(MOST_SENT, context.clock());
                Session current = session;
                if (current == null || mustBeSentAgain(current, facts)) {
                    context.outbox().notSent();
                } else {
                    context.outbox().sent();
                }
            }
        } catch (InterruptedException _) {
            // [#close] was called.
        }
    }

    /// Sends the facts, and returns whether to send them again.
    private boolean mustBeSentAgain(Session current, List<Fact> facts) {
        try {
            writer.write(current.sender, facts);
            return false;
        } catch (RuntimeException | Error e) {
            giveUp(current, StoreFailure.reason(e));
            // Facts that cause other exceptions are dropped: they would fail again, and no other thread would
            // send the rest.
            return e instanceof JedisException;
        }
    }

    void close() {
        try {
            if (session != null) {
                context.outbox().awaitSent(context.settings().orLonger(CLOSE_FLUSH_TIMEOUT));
            }
            closing.countDown();
            Session last = session;
            if (last != null) {
                giveUp(last, "this gateway stops");
            }
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(1));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
