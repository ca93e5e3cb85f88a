package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What a wire may have no words for. It is carried, or the request is `Unsupported` with a refusal that names
/// it as OpenAI does, so that another provider is asked: a wish that goes under without a word is granted by
/// nobody.
interface Wishes extends Subject {

    /// @param named what a refusal has to name, in its words or as its parameter
    /// @param sent what the body has where it is carried, in this order
    default void assertCarried(String named, Function<Trial, LlmCall> call, String... sent) {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            LlmReply reply = trial.ask(WHOLE, call.apply(trial));
            if (trial.server().exchanges().isEmpty()) {
                assertRefused(named, reply);
            } else {
                trial.assertSent(advice(named), List.of(sent));
            }
        }
    }

    /// Whoever wrote the adapter may know neither that there is such a wish nor how to say no.
    private static String advice(String named) {
        return "; a wire that has no words for " + named + " refuses it as Unsupported and sends nothing:"
                + " with the SDK, Format.capabilities() leaves it out";
    }

    static void assertRefused(String named, LlmReply reply) {
        var upstreamError =
                assertInstanceOf(Failure.Unsupported.class, Trial.failed(reply)).refusal();
        // `tool` may be `tools` or `tool_choice`, but `n` is no letter of some other word.
        var name = Pattern.compile("\\b" + named + "(?:s|_\\w+)?\\b");
        assertTrue(
                name.matcher(upstreamError.message() + " " + upstreamError.param())
                        .find(),
                upstreamError::toString);
    }
}
