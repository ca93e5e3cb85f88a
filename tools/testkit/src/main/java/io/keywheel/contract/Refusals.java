package io.keywheel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Checks of error answers, in both forms: the failure's kind decides what cools down.
interface Refusals extends AdapterUnderTest {

    @TestFactory
    default Stream<DynamicTest> knows_each_kind() {
        return Stream.of(
                        Kind.RATE_LIMITED,
                        Kind.OVERLOADED,
                        Kind.KEY_REFUSED,
                        Kind.ACCOUNT_BLOCKED,
                        Kind.MODEL_UNAVAILABLE,
                        Kind.UNAVAILABLE,
                        Kind.TOO_LARGE,
                        Kind.UNSUPPORTED,
                        Kind.REJECTED)
                .map(kind -> dynamicTest("knows_" + kind.name().toLowerCase(Locale.ROOT), () -> {
                    Reply refusal = given(wire().failure(kind, "there is a reason"));
                    for (Form form : Form.values()) {
                        assertFails(kind, form, saying(refusal));
                    }
                }));
    }

    @Test
    default void reads_a_refusal_in_any_layout() {
        for (Kind kind : Kind.values()) {
            wire().failure(kind, "there is a reason")
                    .ifPresent(refusal -> assertEquals(
                            failure(refusal).kind(),
                            failure(wire().laidOut(refusal)).kind()));
        }
    }

    /// Only statuses that HTTP itself defines for the kind: a proxy may send them too, perhaps without a body.
    @Test
    default void reads_the_status_of_a_refusal_in_another_format() {
        var statuses = Map.of(Kind.KEY_REFUSED, 401, Kind.RATE_LIMITED, 429);
        statuses.forEach((kind, status) -> wire().failure(kind, "there is a reason")
                .filter(refusal -> refusal.status() == status)
                .ifPresent(refusal -> Stream.of(
                                new Reply(status, "text/plain", "Enough of this.\n", List.of()),
                                new Reply(status, "text/plain", "", List.of()),
                                Reply.json(status, "{\"unheard\":{\"of\":true}}"))
                        .forEach(foreign -> assertEquals(
                                failure(refusal).kind(), failure(foreign).kind(), foreign::toString))));
    }

    @Test
    default void reports_when_a_limit_ends() {
        Failure failure = failure(given(wire().limit(Duration.ofSeconds(17))));
        assertInstanceOf(Failure.RateLimited.class, failure);
        assertEquals(Optional.of(Duration.ofSeconds(17)), failure.requestedPause());
    }

    /// `Retry-After` is part of HTTP, so any provider may send it.
    @Test
    default void reports_when_an_outage_ends() {
        for (Kind kind : List.of(Kind.OVERLOADED, Kind.UNAVAILABLE)) {
            wire().failure(kind, "later")
                    .ifPresent(refusal -> assertEquals(
                            Optional.of(Duration.ofSeconds(17)),
                            failure(refusal.withHeaders(List.of("Retry-After: 17")))
                                    .requestedPause(),
                            kind::name));
        }
    }

    @Test
    default void reports_the_limits_of_a_refusal() {
        Reply refusal = given(wire().failure(Kind.RATE_LIMITED, "enough"));
        Failure failure = failure(refusal.withHeaders(nothingLeft()));
        assertNothingLeft(assertInstanceOf(Failure.RateLimited.class, failure).status());
    }

    @Test
    default void keeps_the_message_of_a_refusal() {
        for (Kind kind : Kind.values()) {
            wire().failure(kind, "the engine is broken").ifPresent(refusal -> {
                Failure failure = failure(refusal);
                assertTrue(failure.message().contains("the engine is broken"), failure::toString);
            });
        }
    }

    /// The body of an error with status 200 may name another status.
    @Test
    default void keeps_the_status_of_a_refusal() {
        Reply refusal = given(wire().failure(Kind.REJECTED, "no"));
        assumeTrue(refusal.status() != 200);
        UpstreamError kept = switch (failure(refusal)) {
            case Failure.Rejected(var error) -> error;
            case Failure.TooLarge(var error) -> error;
            case Failure.Unsupported(var error, var _) -> error;
            case Failure.ModelUnavailable(var error) -> error;
            case Failure other -> fail(other.toString());
        };
        assertEquals(refusal.status(), kept.status());
    }
}
