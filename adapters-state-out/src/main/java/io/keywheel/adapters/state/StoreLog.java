package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import redis.clients.jedis.Protocol.Command;

/// Reads all streams, each from its last position. Confined to one thread.
final class StoreLog {

    /// The most entries that one read returns from a stream.
    private static final int MOST_ENTRIES = 256;

    /// After this many entries of a stream of facts, facts that still hold are sent again, long before their entries
    /// are trimmed. Counted by stream, because each gateway's repetition adds entries to the streams of all its
    /// providers. Counted together, the repetitions of many gateways would cause each other.
    private static final int REPEATED_AFTER = StoreStream.Kind.FACTS.most / 2;

    /// The most gateways whose [Fact.ClientUsed] numbers are remembered. Each start of a gateway counts as another.
    private static final int MOST_GATEWAYS = 1_000;

    /// A page of the log: facts of other gateways, and the calls that this gateway claims.
    ///
    /// @param isEnd whether the log had no further entries at that time
    record Page(List<Fact> facts, boolean isEnd) {}

    /// When a page was read. Only the age of an entry by the store's clock matters, so the clocks may differ.
    ///
    /// @param storeMillis the same moment by the store's clock, in milliseconds since the epoch
    record PageTime(Instant now, long storeMillis) {

        /// When the entry with this id was added, by this gateway's clock. Now for an id of another time, because any
        /// client of the store can choose an id.
        Instant added(String id) {
            long age = storeMillis - StoreStream.millis(id);
            return age < 0 || age > storeMillis ? now : now.minusMillis(age);
        }
    }

    private final StoreContext context;

    /// The id of the last read entry, by stream.
    private final Map<String, String> positions = new HashMap<>();

    /// The highest [Fact.ClientUsed] number that was read, by gateway.
    private final Map<String, Long> counted = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_GATEWAYS;
        }
    };

    /// The number of entries that were read since the last repetition, by stream of facts.
    private final Map<String, Integer> passed = new HashMap<>();

    private Fingerprints known = Fingerprints.NONE;

    StoreLog(StoreContext context) {
        this.context = context;
    }

    /// Restarts from the beginning of all streams, because the store was emptied or replaced.
    void rewind() {
        positions.clear();
    }

    /// Whether lasting facts must be sent again, because the store will soon trim them.
    boolean needsRepeat() {
        return passed.values().removeIf(entries -> entries >= REPEATED_AFTER);
    }

    /// The streams of these providers, facts before calls.
    static Set<StoreStream> streams(Set<ProviderId> providers) {
        var streams = new LinkedHashSet<StoreStream>();
        for (StoreStream.Kind kind : StoreStream.Kind.values()) {
            if (kind == StoreStream.Kind.USED) {
                streams.add(StoreStream.CLIENTS);
            } else {
                providers.forEach(provider -> streams.add(new StoreStream(provider, kind)));
            }
        }
        return streams;
    }

    /// Reads the next page; blocks for at most `wait` if there is none.
    Page read(StoreConnection store, Duration wait) {
        Fingerprints fingerprints = context.keys().get();
        // Facts about new keys were read and dropped before. Reading other facts twice does no harm.
        fingerprints
                .providersWithNewKeys(known)
                .forEach(provider -> positions.remove(new StoreStream(provider, StoreStream.Kind.FACTS).key()));
        known = fingerprints;
        var streams = new LinkedHashMap<String, StoreStream>();
        var arguments = new ArrayList<Object>(List.of("COUNT", MOST_ENTRIES));
        if (wait.isPositive()) {
            arguments.addAll(List.of("BLOCK", wait.toMillis()));
        }
        arguments.add("STREAMS");
        streams(fingerprints.providers()).forEach(stream -> streams.put(stream.key(), stream));
        arguments.addAll(streams.keySet());
        streams.keySet().forEach(key -> arguments.add(positions.getOrDefault(key, StoreStream.BEGINNING)));
        store.send(Command.XREAD, arguments.toArray());
        store.send(Command.TIME);
        List<Object> replies = store.awaitReplies();
        if (context.keys().get() != fingerprints) {
            // The keys have changed meanwhile, so the same page is read again for them.
            return new Page(List.of(), false);
        }
        var time = new PageTime(context.clock().instant(), StoreConnection.millis(replies.getLast()));
        var facts = new ArrayList<Fact>();
        boolean isEnd = true;
        // Null if there are no entries.
        if (replies.getFirst() instanceof List<?> all) {
            for (Object each : all) {
                var named = (List<?>) each;
                StoreStream stream = Objects.requireNonNull(streams.get(text(named.getFirst())));
                var entries = (List<?>) named.getLast();
                read(stream, entries, time, new FactCodec(fingerprints), facts);
                if (stream.kind() == StoreStream.Kind.FACTS) {
                    passed.merge(stream.key(), entries.size(), Integer::sum);
                }
                isEnd &= entries.size() < MOST_ENTRIES;
            }
        }
        return new Page(facts, isEnd);
    }

    private void read(StoreStream stream, List<?> entries, PageTime time, FactCodec codec, List<Fact> facts) {
        for (Object each : entries) {
            var entry = (List<?>) each;
            String id = text(entry.getFirst());
            positions.put(stream.key(), id);
            Map<String, byte[]> fields = fields((List<?>) entry.getLast());
            String writer = shortText(fields, "g");
            byte[] json = fields.get("f");
            if (json == null || writer.isEmpty() || !shortText(fields, "v").equals(FactCodec.VERSION)) {
                continue;
            }
            List<Fact> read = codec.read(stream, time.added(id), json);
            if (writer.equals(context.gateway())) {
                read.forEach(fact -> context.claims().waiting(fact).ifPresent(facts::add));
            } else {
                read.stream()
                        .filter(fact -> !(fact instanceof Fact.ClientUsed used) || counts(writer, fields, used))
                        .map(fact -> fact.by(writer))
                        .forEach(facts::add);
            }
        }
    }

    /// Whether usage counts: only once if repeated, and not if this gateway has saved it before a restart. Other
    /// facts may count twice. A gateway numbers its usage in order.
    private boolean counts(String writer, Map<String, byte[]> fields, Fact.ClientUsed used) {
        if (!context.usageId().isEmpty() && context.usageId().equals(shortText(fields, "u"))) {
            return false;
        }
        Long highest = counted.get(writer);
        boolean isNew = highest == null || used.number() > highest;
        if (isNew) {
            counted.put(writer, used.number());
        }
        return isNew;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    /// Empty if the gateway cannot have written them, because then [BoundedReplies] skips them.
    private static Map<String, byte[]> fields(List<?> flat) {
        var fields = new HashMap<String, byte[]>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(text(flat.get(i)), (byte[]) flat.get(i + 1));
        }
        return fields;
    }

    /// Empty if the field is missing or longer than gateways write it.
    private static String shortText(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        return value == null || value.length > 32 ? "" : text(value);
    }
}
