package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/// Reads all streams, each from its last position. Confined to one thread.
final class StoreLog {

    /// The most entries that one read returns from a stream.
    private static final int MOST_ENTRIES = 256;

    /// After this many entries of facts, facts that still hold are sent again, long before their entries are
    /// trimmed.
    private static final int REPEATED_AFTER = Stream.Kind.FACTS.most / 2;

    /// The most gateways whose [Fact.ClientUsed] numbers are remembered, including recently restarted ones.
    private static final int MOST_GATEWAYS = 100;

    /// A page of the log: facts of other gateways, and this gateway's claimed calls.
    ///
    /// @param own the claimed calls in `facts`
    /// @param isEnd whether the log had no further entries at that time
    record Page(List<Fact> facts, List<Fact.Called> own, boolean isEnd) {}

    /// When a page was read. Only the age of an entry by the store's clock matters, so the clocks may differ.
    ///
    /// @param storeMillis the same moment by the store's clock, in milliseconds since the epoch
    record PageTime(Instant now, long storeMillis) {

        /// When the entry with this id was added, by this gateway's clock. Now for an id of another time, because any
        /// client of the store can choose an id.
        Instant added(String id) {
            long age = storeMillis - Long.parseUnsignedLong(id, 0, id.indexOf('-'), 10);
            return age < 0 || age > storeMillis ? now : now.minusMillis(age);
        }
    }

    private final String gateway;
    private final InstantSource clock;
    private final Claims claims;

    /// The id of the last read entry, by stream.
    private final Map<String, String> positions = new HashMap<>();

    /// The highest [Fact.ClientUsed] number that was read, by gateway.
    private final Map<String, Long> counted = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_GATEWAYS;
        }
    };

    /// The number of entries of facts that were read since the last repetition.
    private int passed;

    private Fingerprints known = new Fingerprints("-", List.of());

    StoreLog(String gateway, InstantSource clock, Claims claims) {
        this.gateway = gateway;
        this.clock = clock;
        this.claims = claims;
    }

    /// Restarts from the beginning of all streams, because the store was emptied or replaced and has lost this
    /// gateway's facts.
    void rewind() {
        positions.clear();
        passed = REPEATED_AFTER;
    }

    /// Whether lasting facts must be sent again, because the store has lost them or will soon trim them.
    boolean needsRepeat() {
        boolean needs = passed >= REPEATED_AFTER;
        passed = needs ? 0 : passed;
        return needs;
    }

    /// The streams of these providers, facts before calls.
    static Set<Stream> streams(Set<ProviderId> providers) {
        var streams = new LinkedHashSet<Stream>();
        for (Stream.Kind kind : Stream.Kind.values()) {
            if (kind == Stream.Kind.USED) {
                streams.add(Stream.CLIENTS);
            } else {
                providers.forEach(provider -> streams.add(new Stream(provider, kind)));
            }
        }
        return streams;
    }

    /// Reads the next page; blocks for at most `wait` if there is none.
    Page read(StoreConnection store, Supplier<Fingerprints> current, Duration wait) {
        Fingerprints fingerprints = current.get();
        // Facts about new keys were read and dropped before. Reading other facts twice does no harm.
        fingerprints
                .providersWithNewKeys(known)
                .forEach(provider -> positions.remove(new Stream(provider, Stream.Kind.FACTS).key()));
        known = fingerprints;
        var streams = new LinkedHashMap<String, Stream>();
        var arguments = new ArrayList<Object>(List.of("COUNT", MOST_ENTRIES));
        if (wait.isPositive()) {
            arguments.addAll(List.of("BLOCK", wait.toMillis()));
        }
        arguments.add("STREAMS");
        streams(fingerprints.providers()).forEach(stream -> streams.put(stream.key(), stream));
        arguments.addAll(streams.keySet());
        streams.keySet().forEach(key -> arguments.add(positions.getOrDefault(key, Stream.BEGINNING)));
        store.send(Command.XREAD, arguments.toArray());
        store.send(Command.TIME);
        List<Object> replies = store.awaitReplies(2);
        if (current.get() != fingerprints) {
            // The keys have changed meanwhile, so the same page is read again for them.
            return new Page(List.of(), List.of(), false);
        }
        var time = new PageTime(clock.instant(), StoreConnection.millis(replies.getLast()));
        var facts = new ArrayList<Fact>();
        var own = new ArrayList<Fact.Called>();
        boolean isEnd = true;
        if (replies.getFirst() instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof List<?> named
                        && named.size() == 2
                        && named.get(0) instanceof byte[] key
                        && named.get(1) instanceof List<?> entries) {
                    Stream stream = streams.get(new String(key, UTF_8));
                    if (stream != null) {
                        read(stream, entries, time, new FactCodec(fingerprints), facts, own);
                        passed += stream.kind() == Stream.Kind.FACTS ? entries.size() : 0;
                        isEnd &= entries.size() < MOST_ENTRIES;
                    }
                }
            }
        }
        return new Page(facts, own, isEnd);
    }

    private void read(
            Stream stream, List<?> entries, PageTime time, FactCodec codec, List<Fact> facts, List<Fact.Called> own) {
        for (Object entry : entries) {
            String id = id(entry);
            if (id == null) {
                continue;
            }
            positions.put(stream.key(), id);
            Map<String, byte[]> fields = fields(entry);
            String writer = text(fields, "g");
            byte[] json = fields.get("f");
            if (json == null || writer.isEmpty() || !text(fields, "v").equals(FactCodec.VERSION)) {
                continue;
            }
            List<Fact> read = codec.read(stream, writer, time.added(id), json);
            if (writer.equals(gateway)) {
                read.forEach(fact -> addClaimed(fact, facts, own));
            } else {
                read.stream().filter(fact -> isNew(writer, fact)).forEach(facts::add);
            }
        }
    }

    /// Detects repeated facts of clients' usage, the only ones that must not count twice. A gateway numbers
    /// them in order.
    private boolean isNew(String writer, Fact fact) {
        if (!(fact instanceof Fact.ClientUsed used) || used.number() == 0) {
            return true;
        }
        Long highest = counted.get(writer);
        boolean isNew = highest == null || used.number() > highest;
        if (isNew) {
            counted.put(writer, used.number());
        }
        return isNew;
    }

    private void addClaimed(Fact fact, List<Fact> facts, List<Fact.Called> claimed) {
        if (fact instanceof Fact.Called called) {
            Fact.Called own = claims.waiting(called.id().number());
            if (own != null) {
                facts.add(own);
                claimed.add(own);
            }
        }
    }

    private static @Nullable String id(Object entry) {
        return entry instanceof List<?> parts && !parts.isEmpty() && parts.get(0) instanceof byte[] id
                ? new String(id, UTF_8)
                : null;
    }

    private static Map<String, byte[]> fields(Object entry) {
        var fields = new HashMap<String, byte[]>();
        if (entry instanceof List<?> parts && parts.size() == 2 && parts.get(1) instanceof List<?> flat) {
            for (int i = 0; i + 1 < flat.size(); i += 2) {
                if (flat.get(i) instanceof byte[] name && flat.get(i + 1) instanceof byte[] value) {
                    fields.put(new String(name, UTF_8), value);
                }
            }
        }
        return fields;
    }

    /// Empty if the field is missing or longer than gateways write it.
    private static String text(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        return value == null || value.length > 32 ? "" : new String(value, UTF_8);
    }
}
