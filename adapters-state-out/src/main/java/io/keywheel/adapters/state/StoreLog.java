package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/// Reads the streams, each from where it was read last. Used by one thread.
final class StoreLog {

    /// Of one stream at once.
    private static final int MOST_ENTRIES = 256;

    /// After so many entries of facts what still holds is sent again, long before it is trimmed.
    private static final int REPEATED_AFTER = Stream.Kind.FACTS.most / 2;

    /// What clients used is told apart for as many gateways, those that have just started included.
    private static final int MOST_GATEWAYS = 100;

    /// What was read: facts of others, and the own calls that are claimed.
    ///
    /// @param own those of `facts` that are own calls
    /// @param isEnd whether nothing more was there: something more may be by now, as others write on
    record Page(List<Fact> facts, List<Fact.Called> own, boolean isEnd) {}

    private final String gateway;
    private final StoreClock clock;
    private final Claims claims;
    private final Map<String, EntryId> positions = new HashMap<>();

    /// The highest number that was read of what clients used, by gateway.
    private final Map<String, Long> counted = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_GATEWAYS;
        }
    };

    /// How many entries of facts were read since facts were repeated last.
    private int passed;

    private Fingerprints known = new Fingerprints("-", List.of());

    StoreLog(String gateway, StoreClock clock, Claims claims) {
        this.gateway = gateway;
        this.clock = clock;
        this.claims = claims;
    }

    /// All is read from its beginning: the store was emptied, or is another, which lacks what this one had.
    void rewind() {
        positions.clear();
        passed = REPEATED_AFTER;
    }

    /// Whether what lasts is to be sent again: the store has lost it, or soon will.
    boolean needsRepeat() {
        boolean needs = passed >= REPEATED_AFTER;
        passed = needs ? 0 : passed;
        return needs;
    }

    /// All streams of these providers, the facts before the calls.
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

    /// What comes next, waiting for it for at most `wait`.
    Page read(StoreConnection store, Fingerprints fingerprints, Duration wait) {
        // Facts about keys that are new were read and dropped. To read some again harms nothing.
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
        streams.keySet().forEach(key -> arguments.add(positions.getOrDefault(key, EntryId.BEGINNING)));
        Object reply = store.ask(Command.XREAD, arguments.toArray());

        var facts = new ArrayList<Fact>();
        var own = new ArrayList<Fact.Called>();
        boolean isEnd = true;
        if (reply instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof List<?> named
                        && named.size() == 2
                        && named.get(0) instanceof byte[] key
                        && named.get(1) instanceof List<?> entries) {
                    Stream stream = streams.get(new String(key, UTF_8));
                    if (stream != null) {
                        read(stream, entries, new FactCodec(fingerprints), facts, own);
                        passed += stream.kind() == Stream.Kind.FACTS ? entries.size() : 0;
                        isEnd &= entries.size() < MOST_ENTRIES;
                    }
                }
            }
        }
        return new Page(facts, own, isEnd);
    }

    private void read(Stream stream, List<?> entries, FactCodec codec, List<Fact> facts, List<Fact.Called> own) {
        for (Object entry : entries) {
            EntryId id = id(entry);
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
            List<Fact> read = codec.read(stream, writer, clock.own(id.millis()), json);
            if (writer.equals(gateway)) {
                read.forEach(fact -> addClaimed(fact, facts, own));
            } else {
                read.stream().filter(fact -> isNew(writer, fact)).forEach(facts::add);
            }
        }
    }

    /// What a client used is the only fact that would count twice. A gateway sends it in the order of its numbers.
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

    private static @Nullable EntryId id(Object entry) {
        return entry instanceof List<?> parts && !parts.isEmpty() && parts.get(0) instanceof byte[] id
                ? EntryId.parse(new String(id, UTF_8))
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

    /// Empty for what is missing or longer than this gateway writes.
    private static String text(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        return value == null || value.length > 32 ? "" : new String(value, UTF_8);
    }
}
