package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Encodes the facts of one stream as JSON: an array of objects with names of one letter. Instants are
/// milliseconds relative to the time of the entry. Facts that are malformed, out of range, or about unknown
/// keys are dropped when read, because any client of the store can write entries.
///
/// Scopes, reasons and ends are encoded by the names of their constants. A renamed constant needs its old name
/// here, or gateways of other versions drop the fact.
record FactCodec(Fingerprints fingerprints) {

    /// Changes with the meaning of any field. Entries of other versions are skipped.
    static final String VERSION = "1";

    /// The most facts of one entry.
    static final int MOST_FACTS = 64;

    private static final int MOST_BUCKETS = 16;
    private static final int LONGEST_NAME = 100;
    private static final int HIGHEST_LEVEL = 100;

    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /// Limits of clients count no older usage. A long request returns unused tokens as of its beginning.
    private static final Duration OLDEST_USAGE = Duration.ofDays(1);

    /// Encodes `facts` of one stream relative to `now`. The name of a removed key is null, and readers drop facts
    /// without a name.
    byte[] write(Collection<Fact> facts, Instant now) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        facts.forEach(fact -> write(fact, now, all));
        return WrittenJson.text(all).getBytes(UTF_8);
    }

    private void write(Fact fact, Instant now, ArrayNode all) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (fact instanceof Fact.OfKey ofKey) {
            json.put("f", fingerprints.wire(ofKey.callTarget()))
                    .put("m", ofKey.callTarget().model().value());
        }
        switch (fact) {
            case Fact.CooledDown cooled ->
                json.put("k", "cooled")
                        .put("s", cooled.scope().name())
                        .put("r", cooled.reason().name())
                        .put("a", millis(cooled.since(), now))
                        .put("u", millis(now, cooled.until()))
                        .put("l", Math.min(cooled.level(), HIGHEST_LEVEL))
                        .put("t", cooled.mayBeTransient());
            case Fact.Answered answered -> {
                json.put("k", "answered").put("a", millis(answered.begun(), now));
                writeScopes(answered.disproved(), json.putArray("d"));
            }
            case Fact.OneGroup group ->
                json.put("k", "group")
                        .put("o", fingerprints.wire(group.callTarget().provider(), group.other()));
            case Fact.Called called -> {
                json.put("k", "called")
                        .put("n", called.id().number())
                        .put("e", called.estimatedTokens())
                        .put("c", called.claimed())
                        .put("a", millis(called.begun(), now))
                        .put("u", millis(now, called.probeEnds()));
                writeScopes(called.probes(), json.putArray("p"));
            }
            case Fact.Ended ended -> {
                json.put("k", "ended")
                        .put("n", ended.id().number())
                        .put("w", ended.end().name())
                        .put("e", ended.spent())
                        .put("a", millis(ended.begun(), now));
                writeBuckets(ended.rateLimitStatus(), json.putArray("bs"));
            }
            case Fact.ClientUsed used ->
                json.put("f", fingerprints.ofClients())
                        .put("k", "used")
                        .put("n", used.number())
                        .put("c", used.client())
                        .put("q", used.requests())
                        .put("e", used.tokens())
                        .put("a", millis(used.at(), now));
        }
        all.add(json);
    }

    private static void writeScopes(Set<Scope.Kind> scopes, ArrayNode all) {
        scopes.forEach(scope -> all.add(scope.name()));
    }

    private static void writeBuckets(RateLimitStatus rateLimitStatus, ArrayNode all) {
        for (RateLimitStatus.Bucket bucket : rateLimitStatus.buckets()) {
            ObjectNode json = all.addObject()
                    .put("n", bucket.name())
                    .put("r", bucket.remaining())
                    .put("c", bucket.continuous());
            if (bucket.limit() != null) {
                json.put("l", bucket.limit());
            }
            if (bucket.reset() != null) {
                json.put("z", millis(bucket.reset()));
            }
        }
    }

    /// 0 if `to` comes first.
    private static long millis(Instant from, Instant to) {
        return millis(Duration.between(from, to));
    }

    private static long millis(Duration duration) {
        return RateLimitStatus.bounded(duration).toMillis();
    }

    /// Decodes the valid facts of an entry.
    ///
    /// @param at when the entry was added, by this gateway's clock
    List<Fact> read(StoreStream stream, Instant at, byte[] bytes) {
        JsonNode all = JsonReader.singleValue(bytes);
        if (!all.isArray() || all.size() > MOST_FACTS) {
            return List.of();
        }
        var facts = new ArrayList<Fact>();
        for (JsonNode each : all) {
            Fact fact = read(stream, new Entry(at, each));
            if (fact != null && StoreStream.of(fact).equals(stream)) {
                facts.add(fact);
            }
        }
        return facts;
    }

    /// One fact in JSON, with the time of its entry.
    private record Entry(Instant at, JsonNode json) {

        String text(String field) {
            JsonNode value = json.path(field);
            if (!value.isTextual() || value.textValue().length() > 2 * LONGEST_NAME) {
                throw new IllegalArgumentException("no text " + field);
            }
            return value.textValue();
        }

        long number(String field, long least, long most) {
            JsonNode value = json.path(field);
            if (!value.canConvertToLong() || !value.isIntegralNumber()) {
                throw new IllegalArgumentException("no number " + field);
            }
            long number = value.longValue();
            if (number < least || number > most) {
                throw new IllegalArgumentException("out of range: " + field);
            }
            return number;
        }

        long count(String field) {
            return number(field, 0, RateLimitStatus.MOST_COUNTED);
        }

        /// A count, or a negative correction of an earlier one.
        long change(String field) {
            return number(field, -RateLimitStatus.MOST_COUNTED, RateLimitStatus.MOST_COUNTED);
        }

        boolean isTrue(String field) {
            return json.path(field).booleanValue();
        }

        Instant past(String field, Duration most) {
            return at.minusMillis(number(field, 0, most.toMillis()));
        }

        Instant future(String field) {
            return at.plusMillis(number(field, 0, RateLimitStatus.LONGEST_WINDOW.toMillis()));
        }

        Set<Scope.Kind> scopes(String field) {
            var scopes = EnumSet.noneOf(Scope.Kind.class);
            for (JsonNode each : json.path(field)) {
                scopes.add(Scope.Kind.valueOf(each.asText()));
            }
            return scopes;
        }

        Fact.CallId callId() {
            return new Fact.CallId("", number("n", 0, Long.MAX_VALUE));
        }
    }

    private @Nullable Fact read(StoreStream stream, Entry entry) {
        try {
            String kind = entry.text("k");
            if (kind.equals("used")) {
                if (!entry.text("f").equals(fingerprints.ofClients())) {
                    return null;
                }
                return new Fact.ClientUsed(
                        entry.number("n", 1, Long.MAX_VALUE),
                        entry.text("c"),
                        entry.change("q"),
                        entry.change("e"),
                        entry.past("a", OLDEST_USAGE));
            }
            ProviderId provider = stream.provider();
            if (provider == null) {
                return null;
            }
            String key = fingerprints.own(provider, entry.text("f"));
            if (key == null) {
                return null;
            }
            var callTarget = new Fact.CallTarget(provider, key, new ModelId(entry.text("m")));
            return switch (kind) {
                case "cooled" ->
                    new Fact.CooledDown(
                            callTarget,
                            Scope.Kind.valueOf(entry.text("s")),
                            Failure.Kind.valueOf(entry.text("r")),
                            entry.past("a", StoreStream.Kind.FACTS.kept),
                            entry.future("u"),
                            (int) entry.number("l", 0, HIGHEST_LEVEL),
                            entry.isTrue("t"));
                case "answered" ->
                    new Fact.Answered(callTarget, entry.scopes("d"), entry.past("a", StoreStream.Kind.FACTS.kept));
                case "group" -> {
                    String other = fingerprints.own(provider, entry.text("o"));
                    yield other == null || other.equals(key) ? null : new Fact.OneGroup(callTarget, other);
                }
                case "called" ->
                    new Fact.Called(
                            entry.callId(),
                            callTarget,
                            entry.count("e"),
                            entry.isTrue("c"),
                            entry.scopes("p"),
                            entry.past("a", LONGEST_CALL),
                            entry.future("u"));
                case "ended" ->
                    new Fact.Ended(
                            entry.callId(),
                            callTarget,
                            Fact.End.valueOf(entry.text("w")),
                            entry.count("e"),
                            buckets(entry),
                            entry.past("a", LONGEST_CALL));
                default -> null;
            };
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static RateLimitStatus buckets(Entry entry) {
        JsonNode array = entry.json().path("bs");
        if (array.size() > MOST_BUCKETS) {
            throw new IllegalArgumentException("too many limits");
        }
        var buckets = new ArrayList<RateLimitStatus.Bucket>();
        for (JsonNode each : array) {
            var bucket = new Entry(entry.at(), each);
            buckets.add(new RateLimitStatus.Bucket(
                    bucket.text("n"),
                    each.has("l") ? Long.valueOf(bucket.count("l")) : null,
                    bucket.count("r"),
                    each.has("z")
                            ? Duration.ofMillis(bucket.number("z", 0, RateLimitStatus.LONGEST_WINDOW.toMillis()))
                            : null,
                    bucket.isTrue("c")));
        }
        return new RateLimitStatus(buckets);
    }
}
