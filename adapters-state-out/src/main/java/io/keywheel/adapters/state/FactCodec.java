package io.keywheel.adapters.state;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Facts of one stream as JSON: an array of objects with names of one letter. Moments are written as milliseconds
/// from the time of the entry. What cannot be read, is out of all range or is about a key that this gateway does not
/// have is left out: any writer of the store may have written it.
final class FactCodec {

    /// Changes with the meaning of a field. Entries of other versions are skipped.
    static final String VERSION = "1";

    /// Of an entry.
    static final int MOST_FACTS = 64;

    private static final int MOST_BUCKETS = 16;
    private static final int LONGEST_NAME = 100;
    private static final int HIGHEST_LEVEL = 100;

    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /// For a deadline that never comes.
    private static final long NEVER = -1;

    private final Fingerprints fingerprints;

    FactCodec(Fingerprints fingerprints) {
        this.fingerprints = fingerprints;
    }

    /// `facts` of one stream, as they are at `now`; those about keys that are gone are left out.
    byte[] write(Collection<Fact> facts, Instant now) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = WrittenJson.generator(bytes)) {
            json.writeStartArray();
            for (Fact fact : facts) {
                write(fact, now, json);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private void write(Fact fact, Instant now, JsonGenerator json) throws IOException {
        switch (fact) {
            case Fact.OfKey ofKey -> {
                Fact.Asked asked = ofKey.asked();
                String key = fingerprints.wire(asked.provider(), asked.fingerprint());
                if (key != null) {
                    json.writeStartObject();
                    json.writeStringField("f", key);
                    json.writeStringField("m", asked.model().value());
                    writeFields(ofKey, now, json);
                    json.writeEndObject();
                }
            }
            case Fact.ClientUsed used -> {
                json.writeStartObject();
                json.writeStringField("k", "used");
                json.writeStringField("c", used.client());
                json.writeNumberField("q", used.requests());
                json.writeNumberField("e", used.tokens());
                json.writeNumberField("a", ago(used.at(), now));
                json.writeEndObject();
            }
        }
    }

    private void writeFields(Fact.OfKey fact, Instant now, JsonGenerator json) throws IOException {
        switch (fact) {
            case Fact.CooledDown cooled -> {
                json.writeStringField("k", "cooled");
                json.writeStringField("s", cooled.scope().name());
                json.writeStringField("r", cooled.reason().name());
                json.writeNumberField("a", ago(cooled.since(), now));
                json.writeNumberField("u", ahead(cooled.until(), now));
                json.writeNumberField("l", cooled.level());
                json.writeBooleanField("t", cooled.mayBeTransient());
            }
            case Fact.Answered answered -> {
                json.writeStringField("k", "answered");
                writeScopes("d", answered.disproved(), json);
                json.writeNumberField("a", ago(answered.begun(), now));
            }
            case Fact.OneGroup group -> {
                json.writeStringField("k", "group");
                // Empty where the key is gone, which no reader has either.
                String other = fingerprints.wire(group.asked().provider(), group.other());
                json.writeStringField("o", other == null ? "" : other);
            }
            case Fact.Called called -> {
                json.writeStringField("k", "called");
                json.writeNumberField("n", called.id().number());
                json.writeNumberField("e", called.estimatedTokens());
                json.writeBooleanField("c", called.claimed());
                writeScopes("p", called.probes(), json);
                json.writeNumberField("a", ago(called.begun(), now));
                json.writeNumberField("u", ahead(called.probeEnds(), now));
            }
            case Fact.Ended ended -> {
                json.writeStringField("k", "ended");
                json.writeNumberField("n", ended.id().number());
                json.writeStringField("w", ended.end().name());
                json.writeNumberField("e", ended.spent());
                writeBuckets(ended.left(), json);
                json.writeNumberField("a", ago(ended.begun(), now));
            }
        }
    }

    private static void writeScopes(String name, Set<Scope.Kind> scopes, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (Scope.Kind scope : scopes) {
            json.writeString(scope.name());
        }
        json.writeEndArray();
    }

    private static void writeBuckets(RateLimitStatus left, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("bs");
        for (RateLimitStatus.Bucket bucket : left.buckets()) {
            json.writeStartObject();
            json.writeStringField("n", bucket.name());
            if (bucket.limit() != null) {
                json.writeNumberField("l", bucket.limit());
            }
            json.writeNumberField("r", bucket.remaining());
            if (bucket.reset() != null) {
                json.writeNumberField("z", millis(bucket.reset()));
            }
            json.writeBooleanField("c", bucket.continuous());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static long ago(Instant moment, Instant now) {
        return moment.isBefore(now) ? millis(Duration.between(moment, now)) : 0;
    }

    private static long ahead(Instant moment, Instant now) {
        if (moment.equals(Instant.MAX)) {
            return NEVER;
        }
        return moment.isAfter(now) ? millis(Duration.between(now, moment)) : 0;
    }

    private static long millis(Duration duration) {
        return RateLimitStatus.bounded(duration).toMillis();
    }

    /// The facts of an entry, as far as they can be read.
    ///
    /// @param gateway whose they are
    /// @param at when it was added, by the own clock
    List<Fact> read(Stream stream, String gateway, Instant at, byte[] bytes) {
        JsonNode all = JsonReader.only(bytes);
        if (!all.isArray() || all.size() > MOST_FACTS) {
            return List.of();
        }
        var facts = new ArrayList<Fact>();
        for (JsonNode each : all) {
            Fact fact = read(stream, new Entry(gateway, at, each));
            if (fact != null && Stream.of(fact).equals(stream)) {
                facts.add(fact);
            }
        }
        return facts;
    }

    /// One fact and where it stands.
    private record Entry(String gateway, Instant at, JsonNode json) {

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

        boolean isTrue(String field) {
            return json.path(field).booleanValue();
        }

        /// A moment before the entry.
        Instant past(String field, Duration most) {
            return at.minusMillis(number(field, 0, most.toMillis()));
        }

        /// A moment after the entry.
        Instant future(String field) {
            long ahead = number(field, NEVER, RateLimitStatus.LONGEST_WINDOW.toMillis());
            return ahead == NEVER ? Instant.MAX : at.plusMillis(ahead);
        }

        Set<Scope.Kind> scopes(String field) {
            var scopes = EnumSet.noneOf(Scope.Kind.class);
            for (JsonNode each : json.path(field)) {
                scopes.add(Scope.Kind.valueOf(each.asText()));
            }
            return scopes;
        }

        Fact.CallId callId() {
            return new Fact.CallId(gateway, number("n", 0, Long.MAX_VALUE));
        }
    }

    private @Nullable Fact read(Stream stream, Entry entry) {
        try {
            String kind = entry.text("k");
            if (kind.equals("used")) {
                return new Fact.ClientUsed(
                        entry.text("c"),
                        entry.count("q"),
                        entry.number("e", -RateLimitStatus.MOST_COUNTED, RateLimitStatus.MOST_COUNTED),
                        entry.past("a", Stream.Kind.USED.kept));
            }
            ProviderId provider = stream.provider();
            if (provider == null) {
                return null;
            }
            String key = fingerprints.own(provider, entry.text("f"));
            if (key == null) {
                return null;
            }
            var asked = new Fact.Asked(provider, key, new ModelId(entry.text("m")));
            return switch (kind) {
                case "cooled" -> cooled(asked, entry);
                case "answered" -> new Fact.Answered(asked, entry.scopes("d"), entry.past("a", Stream.Kind.FACTS.kept));
                case "group" -> {
                    String other = fingerprints.own(provider, entry.text("o"));
                    yield other == null || other.equals(key) ? null : new Fact.OneGroup(asked, other);
                }
                case "called" ->
                    new Fact.Called(
                            entry.callId(),
                            asked,
                            entry.count("e"),
                            entry.isTrue("c"),
                            entry.scopes("p"),
                            entry.past("a", LONGEST_CALL),
                            entry.future("u"));
                case "ended" ->
                    new Fact.Ended(
                            entry.callId(),
                            asked,
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

    private static Fact.CooledDown cooled(Fact.Asked asked, Entry entry) {
        return new Fact.CooledDown(
                asked,
                Scope.Kind.valueOf(entry.text("s")),
                Failure.Kind.valueOf(entry.text("r")),
                entry.past("a", Stream.Kind.FACTS.kept),
                entry.future("u"),
                (int) entry.number("l", 0, HIGHEST_LEVEL),
                entry.isTrue("t"));
    }

    private static RateLimitStatus buckets(Entry entry) {
        JsonNode array = entry.json().path("bs");
        if (array.size() > MOST_BUCKETS) {
            throw new IllegalArgumentException("too many limits");
        }
        var buckets = new ArrayList<RateLimitStatus.Bucket>();
        for (JsonNode each : array) {
            var bucket = new Entry(entry.gateway(), entry.at(), each);
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
