package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/// Reads the store's log, passes it to the listener, and writes heartbeats. Confined to one thread, with one
/// connection at a time.
final class StoreReader {

    /// The timeout of a blocking read. Its end shows that the store is alive.
    private static final Duration READ_WAIT = Duration.ofMillis(500);

    /// The store ends a blocking read at its next tick: by default ten per second, at least one. The next claim
    /// detects a hanging store earlier.
    private static final Duration READ_DELAY = Duration.ofMillis(1_500);

    /// The timeout of commands while catching up, when no claim waits.
    private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(2);

    /// The stream of all gateways' heartbeats. Adding one shows that the store accepts entries. If this
    /// gateway's last one is missing, the store was emptied.
    private static final String HEARTBEATS = "kw:{gateways}:seen";

    private final StoreContext context;
    private final Consumer<List<Fact>> listener;
    private final Runnable repeat;
    private final StoreLog log;
    private String lastHeartbeatId = StoreStream.BEGINNING;

    /// @param repeat publishes all facts that still hold
    StoreReader(StoreContext context, Consumer<List<Fact>> listener, Runnable repeat) {
        this.context = context;
        this.listener = listener;
        this.repeat = repeat;
        log = new StoreLog(context);
    }

    /// Prepares a new connection, perhaps to another store.
    void begin(StoreConnection store) {
        heartbeat(store);
        store.waitAtMost(context.settings().orLonger(CATCH_UP_TIMEOUT));
    }

    /// Reads one page without waiting. Returns whether it was the last one.
    boolean catchUp(StoreConnection store) {
        return pass(log.read(store, Duration.ZERO));
    }

    /// Reads the next page, and waits up to [#READ_WAIT] for it.
    void readOn(StoreConnection store) {
        store.waitAtMost(READ_WAIT.plus(context.settings().orLonger(READ_DELAY)));
        pass(log.read(store, READ_WAIT));
    }

    private boolean pass(StoreLog.Page page) {
        if (!page.facts().isEmpty()) {
            listener.accept(page.facts());
            page.facts().forEach(context.claims()::passed);
        }
        if (log.needsRepeat()) {
            context.outbox().scheduleRepetition();
        }
        // Later pages may disprove what seems to hold.
        if (page.isEnd() && context.outbox().beginRepetition()) {
            repeat.run();
        }
        return page.isEnd();
    }

    /// Checks that the store replies in time and accepts entries, and trims old ones. Uses two round trips,
    /// because all claims wait for this connection meanwhile.
    void heartbeat(StoreConnection store) {
        store.waitAtMost(context.settings().timeout());
        store.send(Command.TIME);
        long storeMillis = StoreConnection.millis(store.awaitReplies().getFirst());
        store.send(Command.XREVRANGE, HEARTBEATS, lastHeartbeatId, lastHeartbeatId);
        sendHeartbeat(store, context.gateway());
        for (StoreStream stream : StoreLog.streams(context.keys().get().providers())) {
            store.send(
                    Command.XTRIM,
                    stream.key(),
                    "MINID",
                    "~",
                    storeMillis - stream.kind().kept.toMillis());
        }
        List<Object> replies = store.awaitReplies();
        String added = new String((byte[]) replies.get(1), UTF_8);
        boolean isAhead =
                Long.compareUnsigned(StoreStream.millis(added), storeMillis + StoreStream.Kind.FACTS.kept.toMillis())
                        > 0;
        if (isAhead) {
            removeStreams(store);
        }
        if (isAhead
                || (!lastHeartbeatId.equals(StoreStream.BEGINNING) && List.of().equals(replies.getFirst()))) {
            log.rewind();
            context.outbox().scheduleRepetition();
        }
        lastHeartbeatId = isAhead ? StoreStream.BEGINNING : added;
    }

    /// Removes the streams of this gateway's providers and of all gateways. Their ids never decrease: after the store's
    /// clock was far ahead, no entry would count as old. Each gateway's next heartbeat finds the store emptied.
    private void removeStreams(StoreConnection store) {
        StoreLog.streams(context.keys().get().providers())
                .forEach(stream -> store.send(Command.EXPIRE, stream.key(), 0));
        store.send(Command.EXPIRE, HEARTBEATS, 0);
        store.awaitReplies();
    }

    static List<JedisDataException> check(StoreConnection store) {
        store.send(Command.TIME);
        store.send(Command.XREVRANGE, HEARTBEATS, StoreStream.BEGINNING, StoreStream.BEGINNING);
        store.send(Command.XREAD, "STREAMS", HEARTBEATS, "$");
        sendHeartbeat(store, "check");
        return store.awaitErrors();
    }

    /// Adds a heartbeat, trims the stream and renews its expiry.
    private static void sendHeartbeat(StoreConnection store, String gateway) {
        store.send(Command.XADD, HEARTBEATS, "*", "g", gateway);
        store.send(Command.XTRIM, HEARTBEATS, "MAXLEN", "~", 1000);
        store.send(Command.EXPIRE, HEARTBEATS, StoreStream.Kind.FACTS.kept.toSeconds());
    }
}
