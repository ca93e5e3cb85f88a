package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A gateway drops facts with unknown names, so all versions must write the same names.
class FactCodecTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Fact.CallTarget CALL_TARGET = new Fact.CallTarget(TestGateway.GROQ, "a", new ModelId("m"));

    private static final FactCodec CODEC = new FactCodec(
            new Fingerprints("salt", List.of(TestGateway.groq("https://groq.test/v1", new ApiKey("secret", "a")))));

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

    @Test
    void withdrawn_client_request_round_trips() {
        var withdrawn = new Fact.ClientUsed(7, "ann", -1, -20, NOW);

        assertEquals(List.of(withdrawn), reread(Stream.CLIENTS, withdrawn));
    }

    /// A request may run for hours, and then return what it did not use.
    @Test
    void client_usage_of_the_last_day_round_trips() {
        var unused = new Fact.ClientUsed(7, "ann", 0, -20, NOW.minus(Duration.ofDays(1)));
        var older = new Fact.ClientUsed(7, "ann", 0, -20, unused.at().minusMillis(1));

        assertEquals(List.of(unused), reread(Stream.CLIENTS, unused));
        assertEquals(List.of(), reread(Stream.CLIENTS, older));
    }

    @Test
    void level_above_100_is_shared_as_100() {
        var failedOften = new Fact.CooledDown(
                CALL_TARGET, Scope.Kind.PROVIDER, Failure.Kind.UNAVAILABLE, NOW, NOW.plusSeconds(20), 101, true);

        List<Fact> read = reread(Stream.of(failedOften), failedOften);

        assertEquals(100, ((Fact.CooledDown) read.getFirst()).level());
    }

    private static List<Fact> reread(Stream stream, Fact fact) {
        return CODEC.read(stream, "other", NOW, CODEC.write(List.of(fact), NOW));
    }

    private static <T> String words(String field, T[] values, Function<T, Fact> fact) {
        byte[] written = CODEC.write(Arrays.stream(values).map(fact).toList(), NOW);
        return JsonReader.singleValue(written)
                .valueStream()
                .map(json -> json.path(field).textValue())
                .collect(Collectors.joining(" "));
    }
}
