package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.Form.WHOLE;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Keys are for the provider's ears alone, whoever says them.
interface Secrets extends Subject {

    @Test
    default void prints_no_key() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            trial.answered(WHOLE);
            assertSilent(trial.port().toString());
        }
    }

    @Test
    default void repeats_no_key_of_a_refusal() {
        for (Kind kind : Kind.values()) {
            var refusal = wire().failure(kind, "the key " + Trial.SECRET + " is on holiday");
            if (refusal.isPresent()) {
                assertSaid(refusal.get().body());
                try (var trial = trial(exchange -> exchange.say(refusal.get()))) {
                    assertSilent(trial.failed(WHOLE).toString());
                }
            }
        }
    }

    @Test
    default void repeats_no_key_of_a_broken_stream() {
        var breakdown = wire().breakdown("the key " + Trial.SECRET + " broke");
        assumeTrue(breakdown.isPresent());
        assertSaid(breakdown.get());
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(breakdown.get());
            exchange.endStream();
        })) {
            assertSilent(trial.failed(STREAM).toString());
        }
    }

    /// Lists of models are shown to all.
    @Test
    default void lists_no_key_as_a_model() {
        var models = wire().models(List.of(Trial.SECRET, "model-a"));
        assumeTrue(models.isPresent());
        assertSaid(models.get().body());
        try (var trial = trial(exchange -> exchange.say(models.get()))) {
            assertSilent(trial.port().models(trial.slot(1), LONG).toString());
        }
    }

    /// What it cannot read, whoever does the reading may quote.
    @Test
    default void repeats_no_key_of_what_it_cannot_read() {
        String quote = Trial.SECRET + " is not valid\n";
        String type = wire().answer("", FinishReason.STOP).type();
        assertSilent(WHOLE, exchange -> exchange.answer(200, type, quote));
        assertSilent(STREAM, exchange -> exchange.answer(200, wire().streamType(), quote));
        for (int status : new int[] {400, 401, 429, 500}) {
            assertSilent(WHOLE, exchange -> exchange.answer(status, "text/plain", quote));
        }
        assertSilent(WHOLE, exchange -> {
            exchange.send(quote + "\r\n\r\n");
            exchange.close();
        });
    }

    private void assertSilent(Trial.Form form, WireServer.Script script) {
        try (var trial = trial(script)) {
            assertSilent(trial.failed(form).toString());
        }
    }

    /// Whether it is opened with it or not, and whatever is said then.
    @Test
    default void repeats_no_key_that_cannot_be_sent() {
        String impossible = Trial.SECRET + "\r\nX-More: 1";
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)));
                LlmPort port = Trial.open(this, trial.server().baseUrl(), Trial.PATIENT, impossible)) {
            assertSilent(port.complete(trial.hello(LONG)).toString());
        } catch (IllegalArgumentException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertSilent(cause.toString());
            }
        }
    }

    /// Nothing is shown by a provider that keeps the words to itself.
    private static void assertSaid(String body) {
        assertTrue(body.contains(Trial.SECRET), "the Wire leaves out the words");
    }

    private static void assertSilent(String words) {
        assertFalse(words.contains(Trial.SECRET), "it said the key");
    }
}
