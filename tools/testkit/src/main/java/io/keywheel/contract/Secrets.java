package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Checks that no output contains a key, even if the provider repeats it.
interface Secrets extends AdapterUnderTest {

    /// The length of a key's fragments that must not be shown; no other text here contains one.
    int PART = 8;

    @Test
    default void prints_no_key() {
        try (var adapter = answering()) {
            answered(adapter.ask(WHOLE));
            assertHidden(adapter.port);
        }
    }

    /// Proxies and servers log URLs. A protocol that has its keys there overrides this check and the next one.
    @Test
    default void sends_no_key_in_a_url_or_a_body() {
        asking(hello(LONG), adapter -> assertSentHidden(adapter.request()));
    }

    @Test
    default void lists_models_without_a_key_in_the_url() {
        try (var adapter = open(saying(given(wire().models(List.of("model-a")))))) {
            adapter.port.models(slot(1), LONG);
            assertSentHidden(adapter.request());
        }
    }

    private static void assertSentHidden(WireExchange request) {
        String sent = request.target() + "\n" + request.body();
        assertFalse(sent.contains(SECRET), "it shows the key");
    }

    @Test
    default void repeats_no_key_of_a_refusal() {
        for (Kind kind : Kind.values()) {
            wire().failure(kind, "the key " + SECRET + " is on holiday").ifPresent(refusal -> {
                assertRepeated(refusal.body());
                assertHidden(failure(refusal));
            });
        }
    }

    @Test
    default void repeats_no_key_of_a_broken_stream() {
        String breakdown = given(wire().breakdown("the key " + SECRET + " broke"));
        assertRepeated(breakdown);
        assertHidden(failure(STREAM, streaming(wire().piece("Hello"), breakdown)));
    }

    @Test
    default void repeats_no_key_of_a_request_without_answer() {
        inEachForm(form -> {
            try (var adapter = open(Deadlines.QUICK, WireExchange::awaitHangUp)) {
                assertHidden(failed(adapter.ask(form)));
            }
        });
    }

    @Test
    default void lists_no_key_as_a_model() {
        Reply models = given(wire().models(List.of(SECRET, "model-a")));
        assertRepeated(models.body());
        try (var adapter = open(saying(models))) {
            assertHidden(adapter.port.models(slot(1), LONG));
        }
    }

    /// Parsers quote invalid input in their messages.
    @Test
    default void repeats_no_key_of_invalid_input() {
        String quote = SECRET + " is not valid\n";
        String type = wire().answer("", FinishReason.STOP).type();
        assertHidden(failure(WHOLE, exchange -> exchange.answer(200, type, quote)));
        assertHidden(failure(STREAM, exchange -> exchange.answer(200, wire().streamType(), quote)));
        for (int status : new int[] {400, 401, 429, 500}) {
            assertHidden(failure(WHOLE, exchange -> exchange.answer(status, "text/plain", quote)));
        }
        assertHidden(failure(WHOLE, exchange -> {
            exchange.send(quote + "\r\n\r\n");
            exchange.close();
        }));
    }

    /// The adapter may refuse to open with such a key.
    @Test
    default void repeats_no_key_that_cannot_be_sent() {
        String impossible = SECRET + "\r\nX-More: 1";
        try (var adapter = answering();
                LlmPort port = port(adapter.server.baseUrl(), LONG_TIMEOUTS, Map.of(), impossible)) {
            assertHidden(port.complete(hello(LONG)));
        } catch (IllegalArgumentException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertHidden(cause);
            }
        }
    }

    private static void assertRepeated(String body) {
        assertTrue(body.contains(SECRET), "the Wire leaves out the words");
    }

    /// Fragments of a key must not be shown either.
    private static void assertHidden(Object shown) {
        String text = shown.toString();
        for (int i = 0; i + PART <= SECRET.length(); i++) {
            assertFalse(text.contains(SECRET.substring(i, i + PART)), "it shows the key");
        }
    }
}
