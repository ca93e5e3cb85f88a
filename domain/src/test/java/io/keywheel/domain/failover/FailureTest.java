package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How failures are told: to callers, in logs, on pages.
class FailureTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final Target TARGET = new Target(
            new PoolKey(new KeySlot(GROQ, 2), new QuotaGroup(GROQ, "team"), "c0ffee01"), new ModelId("m"), true);
    private static final UpstreamError REFUSAL = new UpstreamError(400, "the provider's words", null, null, null);

    static List<Failure> refusals() {
        return List.of(
                new Failure.ModelUnavailable(REFUSAL),
                new Failure.TooLarge(REFUSAL),
                new Failure.Unsupported(REFUSAL),
                new Failure.Rejected(REFUSAL));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_is_told_in_the_providers_words(Failure failure) {
        assertEquals("the provider's words", failure.message());
    }

    @Test
    void what_no_provider_said_is_told_in_our_words() {
        assertEquals("the request was cancelled", new Failure.Cancelled().message());
        assertEquals("the request's deadline passed", new Failure.OutOfTime().message());
    }

    @Test
    void an_attempt_is_shown_as_its_key_and_how_it_failed() {
        assertEquals("groq/2:timed_out", new FailedAttempt(TARGET, new Failure.TimedOut("slow"), false).toString());
    }

    static List<Arguments> scopes() {
        return List.of(
                Arguments.of(new Failure.KeyRefused("no"), "groq/2"),
                Arguments.of(new Failure.AccountBlocked("unpaid"), "groq group team"),
                Arguments.of(
                        new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN), "groq group team for m"),
                Arguments.of(new Failure.Overloaded("busy", null), "groq for m"),
                Arguments.of(new Failure.Unavailable("down", null), "groq"));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void what_it_speaks_about_is_shown(Failure failure, String shown) {
        assertEquals(shown, Scope.of(failure, TARGET).orElseThrow().toString());
    }

    @Test
    void an_empty_reply_speaks_of_its_attempt_alone() {
        assertFalse(Scope.of(new Failure.EmptyReply("nothing"), TARGET).isPresent());
    }
}
