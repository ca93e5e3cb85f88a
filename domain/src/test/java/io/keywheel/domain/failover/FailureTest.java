package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Messages and texts of failures for clients, logs and the dashboard.
class FailureTest extends PoolFixture {

    private static final Target TARGET =
            new Target(provider(GROQ, "mine", "team").keys().getLast(), BIG, true);
    private static final UpstreamError REFUSAL = new UpstreamError(400, "the provider's words", null, null, null);

    static List<Arguments> messages() {
        return List.of(
                arguments(new Failure.ModelUnavailable(REFUSAL), "the provider's words"),
                arguments(new Failure.TooLarge(REFUSAL), "the provider's words"),
                arguments(new Failure.Unsupported(REFUSAL), "the provider's words"),
                arguments(new Failure.Rejected(REFUSAL), "the provider's words"),
                arguments(new Failure.Cancelled(), "the request was cancelled"),
                arguments(new Failure.OutOfTime(), "the request's deadline passed"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void failure_message_is_the_provider_error_message(Failure failure, String message) {
        assertEquals(message, failure.message());
    }

    @Test
    void upstream_error_prints_without_its_extra_fields() {
        var error = new UpstreamError(400, "no", "odd", "n", "bad", Extras.of("failed_generation", "\"words\""));

        assertEquals("UpstreamError[400, no, odd, n, bad]", error.toString());
    }

    @Test
    void failed_attempt_prints_its_key_and_failure_kind() {
        assertEquals("groq/2:timed_out", new FailedAttempt(TARGET, new Failure.TimedOut("slow"), false).toString());
    }

    static List<Arguments> scopes() {
        return List.of(
                arguments(new Failure.KeyRefused("no"), "groq/2"),
                arguments(new Failure.AccountBlocked("unpaid"), "groq group team"),
                arguments(limited(null), "groq group team for big"),
                arguments(new Failure.Overloaded("busy", null), "groq for big"),
                arguments(new Failure.Unavailable("down", null), "groq"),
                arguments(new Failure.EmptyReply("nothing"), "nothing"));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void scope_prints_key_group_model_or_provider(Failure failure, String shown) {
        assertEquals(shown, Scope.of(failure, TARGET).map(Scope::toString).orElse("nothing"));
    }
}
