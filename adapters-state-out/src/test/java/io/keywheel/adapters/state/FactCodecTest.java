package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.json.JsonReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A gateway drops facts with unknown names, so all versions must write the same names.
class FactCodecTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Fact.CallTarget CALL_TARGET = new Fact.CallTarget(SharingGateway.GROQ, "a", new ModelId("m"));

    private static final String URL = "https://groq.test/v1";
    private static final FactCodec CODEC = new FactCodec(fingerprints("salt", URL));

    private static Fingerprints fingerprints(String salt, String baseUrl) {
        var keys = new ApiKey[] {new ApiKey("secret-a", "a"), new ApiKey("secret-b", "b")};
        return new Fingerprints(salt, List.of(SharingGateway.groq(baseUrl, keys)));
    }

    private static Fact cooledDown(Scope.Kind scope, Failure.Kind reason) {
        return new Fact.CooledDown(CALL_TARGET, scope, reason, NOW, NOW, 0, false);
    }

    private static Fact ended(Fact.End end) {
        return new Fact.Ended(new Fact.CallId("", 1), CALL_TARGET, end, 0, RateLimitStatus.UNKNOWN, NOW);
    }

    @Test
    void encoded_enum_names_are_stable() {
        assertEquals(
                "KEY GROUP GROUP_MODEL MODEL PROVIDER NOTHING",
                words("s", Scope.Kind.values(), scope -> cooledDown(scope, Failure.Kind.RATE_LIMITED)));
        assertEquals(
                "RATE_LIMITED OVERLOADED KEY_REFUSED ACCOUNT_BLOCKED MODEL_UNAVAILABLE UNAVAILABLE TIMED_OUT"
                        + " EMPTY_REPLY TOO_LARGE UNSUPPORTED REJECTED INTERRUPTED CANCELLED OUT_OF_TIME",
                words("r", Failure.Kind.values(), reason -> cooledDown(Scope.Kind.KEY, reason)));
        assertEquals("WITHDRAWN REFUSED LIMITED FAILED ANSWERED", words("w", Fact.End.values(), FactCodecTest::ended));
    }

    private static List<Fact> facts(Instant now) {
        var left = new RateLimitStatus(List.of(
                new RateLimitStatus.Bucket("tokens", 6000L, 12, Duration.ofMillis(7_500), true),
                new RateLimitStatus.Bucket("requests-day", null, 0, null)));
        Instant begun = now.minusSeconds(3);
        var id = new Fact.CallId("", 5);
        return List.of(
                new Fact.CooledDown(
                        CALL_TARGET, Scope.Kind.KEY, Failure.Kind.RATE_LIMITED, begun, now.plusSeconds(8), 0, false),
                new Fact.CooledDown(
                        CALL_TARGET, Scope.Kind.GROUP, Failure.Kind.KEY_REFUSED, now, now.plusSeconds(3600), 3, true),
                new Fact.Answered(CALL_TARGET, Set.of(Scope.Kind.MODEL), begun),
                new Fact.OneGroup(CALL_TARGET, "b"),
                new Fact.Called(id, CALL_TARGET, 100, true, Set.of(Scope.Kind.KEY), begun, now.plusSeconds(30)),
                new Fact.Ended(id, CALL_TARGET, Fact.End.LIMITED, 7, left, begun),
                // A withdrawn request.
                new Fact.ClientUsed(7, "ann", -1, -20, now),
                // A request may run for hours, and then return what it did not use.
                new Fact.ClientUsed(8, "ann", 0, -20, now.minus(Duration.ofDays(1))));
    }

    /// Only durations are exchanged.
    @ParameterizedTest
    @ValueSource(ints = {-400, 0, 400})
    void each_kind_of_fact_round_trips_between_gateways_whose_clocks_differ_by_days(int days) {
        Instant there = NOW.plus(Duration.ofDays(days));

        for (int i = 0; i < facts(NOW).size(); i++) {
            Fact fact = facts(NOW).get(i);
            byte[] written = CODEC.write(List.of(fact), NOW);
            assertEquals(List.of(facts(there).get(i)), CODEC.read(StoreStream.of(fact), there, written));
        }
    }

    @Test
    void shared_key_id_depends_on_base_url_and_salt() {
        String wire = String.valueOf(fingerprints("salt", URL).wire(SharingGateway.GROQ, "a"));

        assertEquals("a", fingerprints("salt", URL).own(SharingGateway.GROQ, wire));
        assertNull(fingerprints("salt", "https://wrong.test/v1").own(SharingGateway.GROQ, wire));
        assertNull(fingerprints("pepper", URL).own(SharingGateway.GROQ, wire));
    }

    /// Two sets of gateways in one store may have different clients of the same name.
    @Test
    void client_usage_of_gateways_with_another_salt_is_dropped() {
        var used = new Fact.ClientUsed(7, "ann", 1, 20, NOW);
        var others = new FactCodec(fingerprints("pepper", URL));

        assertEquals(List.of(), CODEC.read(StoreStream.CLIENTS, NOW, others.write(List.of(used), NOW)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n\":7,", "\"f\":\"[^\"]*\","})
    void client_usage_without_a_number_or_a_fingerprint_is_dropped(String field) {
        String written = new String(CODEC.write(List.of(new Fact.ClientUsed(7, "ann", 1, 20, NOW)), NOW), UTF_8);
        String without = written.replaceFirst(field, "");

        assertNotEquals(written, without);
        assertEquals(List.of(), CODEC.read(StoreStream.CLIENTS, NOW, without.getBytes(UTF_8)));
    }

    @Test
    void client_usage_older_than_a_day_is_dropped() {
        var older = new Fact.ClientUsed(
                7, "ann", 0, -20, NOW.minus(Duration.ofDays(1)).minusMillis(1));

        assertEquals(List.of(), reread(StoreStream.CLIENTS, older));
    }

    @Test
    void level_above_100_is_shared_as_100() {
        var failedOften = new Fact.CooledDown(
                CALL_TARGET, Scope.Kind.PROVIDER, Failure.Kind.UNAVAILABLE, NOW, NOW.plusSeconds(20), 101, true);

        List<Fact> read = reread(StoreStream.of(failedOften), failedOften);

        assertEquals(100, ((Fact.CooledDown) read.getFirst()).level());
    }

    private static List<Fact> reread(StoreStream stream, Fact fact) {
        return CODEC.read(stream, NOW, CODEC.write(List.of(fact), NOW));
    }

    private static <T> String words(String field, T[] values, Function<T, Fact> fact) {
        byte[] written = CODEC.write(Arrays.stream(values).map(fact).toList(), NOW);
        return JsonReader.singleValue(written)
                .valueStream()
                .map(json -> json.path(field).textValue())
                .collect(Collectors.joining(" "));
    }
}
