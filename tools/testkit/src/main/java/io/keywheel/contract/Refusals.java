package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.contract.Wire.Said;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the provider says instead of an answer, whole or as a stream: the kind decides what is
/// taken out of turn.
interface Refusals extends Subject {

    @Test
    default void knows_a_limit() {
        assertKnown(Kind.RATE_LIMITED);
    }

    @Test
    default void knows_a_provider_with_too_much_to_do() {
        assertKnown(Kind.OVERLOADED);
    }

    @Test
    default void knows_a_refused_key() {
        assertKnown(Kind.KEY_REFUSED);
    }

    @Test
    default void knows_a_blocked_account() {
        assertKnown(Kind.ACCOUNT_BLOCKED);
    }

    @Test
    default void knows_a_model_that_is_not_there() {
        assertKnown(Kind.MODEL_UNAVAILABLE);
    }

    @Test
    default void knows_a_broken_provider() {
        assertKnown(Kind.UNAVAILABLE);
    }

    @Test
    default void knows_a_request_that_is_too_large() {
        assertKnown(Kind.TOO_LARGE);
    }

    @Test
    default void knows_a_request_with_something_unknown_in_it() {
        assertKnown(Kind.UNSUPPORTED);
    }

    @Test
    default void knows_a_request_that_is_wrong() {
        assertKnown(Kind.REJECTED);
    }

    @Test
    default void knows_a_refusal_however_it_is_laid_out() {
        for (Kind kind : Kind.values()) {
            Optional<Said> refusal = wire().failure(kind, "there is a reason");
            if (refusal.isPresent()) {
                assertEquals(kindOf(refusal.get()), kindOf(wire().laidOut(refusal.get())));
            }
        }
    }

    /// Where its status is HTTP's own word for it. Whatever stands between may say so too, and a provider may
    /// have no more to say.
    @Test
    default void goes_by_the_status_of_a_refusal_with_foreign_words() {
        var statuses = Map.of(Kind.KEY_REFUSED, 401, Kind.RATE_LIMITED, 429);
        statuses.forEach((kind, status) -> wire().failure(kind, "there is a reason")
                .filter(refusal -> refusal.status() == status)
                .ifPresent(refusal -> Stream.of(
                                new Said(status, "text/plain", "Enough of this.\n", List.of()),
                                new Said(status, "text/plain", "", List.of()),
                                Said.json(status, "{\"unheard\":{\"of\":true}}"))
                        .forEach(foreign -> assertEquals(kindOf(refusal), kindOf(foreign), foreign::toString))));
    }

    private Kind kindOf(Said said) {
        try (var trial = trial(exchange -> exchange.say(said))) {
            return trial.failed(WHOLE).kind();
        }
    }

    @Test
    default void tells_when_a_limit_ends() {
        Optional<Said> limit = wire().limit(Duration.ofSeconds(17));
        assumeTrue(limit.isPresent());
        try (var trial = trial(exchange -> exchange.say(limit.get()))) {
            var limited = assertInstanceOf(Failure.RateLimited.class, trial.failed(WHOLE));
            assertEquals(Optional.of(Duration.ofSeconds(17)), limited.requestedPause());
        }
    }

    @Test
    default void keeps_the_words_of_a_refusal() {
        try (var trial = trial(exchange -> exchange.say(
                wire().failure(Kind.UNAVAILABLE, "the engine is broken").orElseThrow()))) {
            Failure failure = trial.failed(WHOLE);
            assertTrue(failure.message().contains("the engine is broken"), failure::toString);
        }
    }

    @Test
    default void keeps_the_status_of_a_refusal() {
        Optional<Said> refusal = wire().failure(Kind.REJECTED, "no");
        assumeTrue(refusal.isPresent());
        try (var trial = trial(exchange -> exchange.say(refusal.get()))) {
            UpstreamError kept = switch (trial.failed(WHOLE)) {
                case Failure.Rejected(var words) -> words;
                case Failure.TooLarge(var words) -> words;
                case Failure.Unsupported(var words) -> words;
                case Failure.ModelUnavailable(var words) -> words;
                case Failure other -> fail(other.toString());
            };
            assertEquals(refusal.get().status(), kept.status());
        }
    }

    private void assertKnown(Kind kind) {
        Optional<Said> failure = wire().failure(kind, "there is a reason");
        assumeTrue(failure.isPresent());
        try (var trial = trial(exchange -> exchange.say(failure.get()))) {
            trial.assertFails(kind);
        }
    }
}
