package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.domain.sharing.Fact;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/// Connects to the store, reads from it and sends to it, each on a thread of its own, and begins anew when it fails.
final class StoreLink {

    /// To connect takes longer than a command, above all with TLS. No request waits for it.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// How long a read waits for something to read. Its end shows that the store is alive.
    private static final Duration READ_WAIT = Duration.ofMillis(500);

    /// The store ends such a wait at its next tick: ten a second by default, one at the least. A store that hangs is
    /// found by the next claim sooner.
    private static final Duration READ_DELAY = Duration.ofMillis(1_500);

    /// For a command while it catches up, since no claim waits then.
    private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration MAINTENANCE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofMillis(100);
    private static final int MEASUREMENTS = 3;
    private static final int MOST_SHORT_SESSIONS = 2;
    private static final int MOST_SENT = 256;
    private static final int MOST_SHOWN = 200;

    private static final String TOO_SLOW = "it did not answer in time";

    /// Gateways that are there: whether the store takes an entry shows here first, and whether it was emptied.
    private static final String GATEWAYS = "kw:{gateways}:seen";

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
    private final String gateway;
    private final InstantSource clock;
    private final Outbox outbox;
    private final Claims claims;
    private final RedisSharedState.Changes changes;
    private final StoreClock storeClock;
    private final StoreLog log;
    private final StoreWriter writer;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread readThread;
    private final Thread sendThread;

    private volatile Fingerprints fingerprints = new Fingerprints("-", Map.of());
    /// Null while this gateway is alone.
    private volatile @Nullable Session session;

    /// What was said last: whether the store is there. This and what follows are of the thread that reads.
    private @Nullable Boolean saidConnected;

    /// The last entry of this gateway among those that are there.
    private EntryId seen = EntryId.BEGINNING;

    /// How many sessions in a row have not lasted until their maintenance.
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
        this.gateway = gateway;
        this.clock = clock;
        this.outbox = outbox;
        this.claims = claims;
        this.changes = changes;
        storeClock = new StoreClock(clock);
        log = new StoreLog(gateway, storeClock, claims);
        writer = new StoreWriter(gateway, clock);
        readThread = Thread.ofPlatform().name("shared-state-read").daemon().unstarted(() -> readAlways(listener));
        sendThread = Thread.ofPlatform().name("shared-state-send").daemon().unstarted(this::sendAlways);
    }

    /// Why the store cannot be used; empty where it can.
    static Optional<String> problem(RedisSharedState.Settings settings) {
        try (var connection = new StoreConnection(settings.address(), settings.orLonger(CONNECT))) {
            connection.waitAtMost(settings.timeout());
            connection.awaitReplies(sendGreeting(connection, "check"));
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(reason(e));
        }
    }

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
        giveUp(slow, TOO_SLOW);
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

    private void readAlways(Consumer<List<Fact>> listener) {
        Duration pause = SHORTEST_PAUSE;
        while (isOpen()) {
            Instant began = clock.instant();
            String reason = readUntilFailure(listener);
            if (!isOpen()) {
                return;
            }
            if (!Boolean.FALSE.equals(saidConnected)) {
                saidConnected = false;
                changes.unavailable(reason);
            }
            firstAttempt.countDown();
            boolean wasStable = Duration.between(began, clock.instant()).compareTo(MAINTENANCE) > 0;
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

    private String readUntilFailure(Consumer<List<Fact>> listener) {
        try (var reader = new StoreConnection(settings.address(), settings.orLonger(CONNECT));
                var sender = new StoreConnection(settings.address(), settings.orLonger(CONNECT))) {
            var opened = new Session(reader, sender);
            try {
                catchUp(opened, listener);
                use(opened);
                // A store that comes and goes is said to be there once it stays.
                shortSessions++;
                if (shortSessions <= MOST_SHORT_SESSIONS) {
                    sayConnected();
                }
                firstAttempt.countDown();
                readOn(reader, listener);
                return giveUp(opened, "this gateway stops");
            } catch (RuntimeException | Error e) {
                // Also the listener's. It has had what it failed at, and no other thread would read.
                return giveUp(opened, reason(e));
            }
        } catch (RuntimeException | Error e) {
            return reason(e);
        }
    }

    private void sayConnected() {
        if (!Boolean.TRUE.equals(saidConnected)) {
            saidConnected = true;
            changes.connected();
        }
    }

    /// Reads all that there is, before a claim may wait for anything.
    private void catchUp(Session opened, Consumer<List<Fact>> listener) {
        StoreConnection reader = opened.reader;
        storeClock.forget();
        for (int i = 1; i < MEASUREMENTS; i++) {
            measure(reader);
        }
        maintain(reader);
        reader.waitAtMost(settings.orLonger(CATCH_UP_TIMEOUT));
        opened.sender.waitAtMost(settings.timeout());
        while (isOpen() && !pass(log.read(reader, fingerprints, Duration.ZERO), listener)) {
            // The next page.
        }
    }

    private void readOn(StoreConnection reader, Consumer<List<Fact>> listener) {
        Instant maintained = clock.instant();
        while (isOpen()) {
            reader.waitAtMost(READ_WAIT.plus(settings.orLonger(READ_DELAY)));
            pass(log.read(reader, fingerprints, READ_WAIT), listener);
            Instant now = clock.instant();
            if (Duration.between(maintained, now).compareTo(MAINTENANCE) > 0) {
                maintained = now;
                maintain(reader);
                shortSessions = 0;
                sayConnected();
            }
        }
    }

    private boolean pass(StoreLog.Page page, Consumer<List<Fact>> listener) {
        if (!page.facts().isEmpty()) {
            listener.accept(page.facts());
            page.own().forEach(claims::passed);
            outbox.learned(page.facts());
        }
        if (log.needsRepeat()) {
            outbox.repeat();
        }
        return page.isEnd();
    }

    /// Shows that the store answers in time and takes all that will be written. In two round trips, since every claim
    /// waits for this connection meanwhile.
    private void maintain(StoreConnection store) {
        store.waitAtMost(settings.timeout());
        measure(store);
        store.send(Command.XREVRANGE, GATEWAYS, seen, seen);
        int commands = 1 + sendGreeting(store, gateway);
        for (Stream stream : StoreLog.streams(fingerprints.providers())) {
            store.send(Command.XTRIM, stream.key(), "MINID", "~", storeClock.storeMillis(stream.kind().kept));
            commands++;
        }
        List<Object> replies = store.awaitReplies(commands);
        if (!seen.equals(EntryId.BEGINNING) && List.of().equals(replies.getFirst())) {
            log.rewind();
        }
        seen = EntryId.parse(new String((byte[]) replies.get(1), UTF_8));
    }

    /// Shows that the store takes entries, and lets this gateway do all that it needs. How many commands it is.
    private static int sendGreeting(StoreConnection store, String gateway) {
        store.send(Command.XADD, GATEWAYS, "*", "g", gateway);
        store.send(Command.XTRIM, GATEWAYS, "MAXLEN", "~", 1000);
        store.send(Command.EXPIRE, GATEWAYS, Stream.Kind.FACTS.kept.toSeconds());
        return 3;
    }

    private void measure(StoreConnection store) {
        Instant sent = clock.instant();
        if (store.ask(Command.TIME) instanceof List<?> time
                && time.size() == 2
                && time.get(0) instanceof byte[] seconds
                && time.get(1) instanceof byte[] micros) {
            Instant shown = Instant.ofEpochSecond(
                    Long.parseLong(new String(seconds, UTF_8)), 1000 * Long.parseLong(new String(micros, UTF_8)));
            storeClock.measure(sent, shown);
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
                    giveUp(current, reason(e));
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

    /// What an operator can do something about.
    private static String reason(Throwable failure) {
        if (!(failure instanceof JedisException)) {
            return printable(failure.toString());
        }
        Throwable root = failure;
        String prefix = "";
        while (root.getCause() != null) {
            root = root.getCause();
            if (root instanceof CertificateException) {
                prefix = "its certificate is not trusted: ";
            }
        }
        if (root instanceof SocketTimeoutException) {
            return TOO_SLOW;
        }
        String said = printable(prefix + root.getMessage());
        return root instanceof UnknownHostException
                ? "its host is not known"
                : said.startsWith("NOAUTH")
                        ? "it needs a password"
                        : said.startsWith("Unexpected end of stream") ? "it closed the connection" : said;
    }

    /// The store chose the text, and it goes into the log.
    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), MOST_SHOWN)).replaceAll("[^ -~]", "?");
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
