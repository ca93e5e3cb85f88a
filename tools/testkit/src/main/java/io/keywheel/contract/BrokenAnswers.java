package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Checks that invalid replies become failures: the adapter throws nothing and reads a bounded amount.
interface BrokenAnswers extends AdapterUnderTest {

    /// Far more bytes than any model's answer.
    long TOO_MUCH = 48 << 20;

    @Test
    default void is_unavailable_without_a_listener() throws IOException {
        try (var silent = new Socket()) {
            // Reserves the port without listening on it.
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String baseUrl = "http://127.0.0.1:" + silent.getLocalPort();
            try (LlmPort port = port(baseUrl, LONG_TIMEOUTS, Map.of(), SECRET)) {
                assertEquals(
                        Kind.UNAVAILABLE, failed(port.complete(hello(LONG))).kind());
            }
        }
    }

    @Test
    default void is_unavailable_when_cut_before_an_answer() {
        assertUnavailable(WireExchange::close);
    }

    @Test
    default void is_unavailable_when_the_answer_is_not_http() {
        assertUnavailable(exchange -> {
            exchange.send("SSH-2.0-OpenSSH_9.9\r\n\r\n");
            exchange.close();
        });
    }

    @Test
    default void is_unavailable_when_an_html_page_answers() {
        assertUnavailable(exchange -> exchange.answer(200, "text/html", "<html>Welcome</html>\n"));
    }

    @Test
    default void is_unavailable_after_a_403_of_the_network() {
        assertUnavailable(exchange -> exchange.answer(403, "text/html", "<html>Forbidden</html>\n"));
    }

    @Test
    default void is_unavailable_when_other_json_answers() {
        for (String other : List.of("{}", "[]", "null", "{\"unheard\":{\"of\":true}}")) {
            assertUnavailable(exchange -> exchange.json(200, other));
        }
    }

    @Test
    default void is_unavailable_after_an_error_with_status_200() {
        Reply error = wire().failure(Kind.UNAVAILABLE, "broken").orElseThrow();
        assertUnavailable(saying(error.withStatus(200)));
    }

    private void assertUnavailable(WireServer.Script script) {
        inEachForm(form -> assertFails(Kind.UNAVAILABLE, form, script));
    }

    @Test
    default void is_unavailable_after_a_truncated_answer() {
        Reply answer = wire().answer("Hello", FinishReason.STOP);
        assertFails(Kind.UNAVAILABLE, WHOLE, exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: " + answer.type() + "\r\nContent-Length: 10000\r\n\r\n"
                    + answer.body().substring(0, answer.body().length() / 2));
            exchange.close();
        });
    }

    @Test
    default void is_unavailable_after_an_empty_body() {
        String type = wire().answer("", FinishReason.STOP).type();
        assertFails(Kind.UNAVAILABLE, WHOLE, exchange -> exchange.answer(200, type, ""));
    }

    @Test
    default void follows_no_redirect() {
        try (var adapter = open(exchange -> exchange.answer(307, "text/plain", "", "Location: /elsewhere"))) {
            failed(adapter.ask(WHOLE));
            adapter.request();
        }
    }

    @Test
    default void bounds_an_answer_without_end() {
        Reply answer = wire().answer("Hello", FinishReason.STOP);
        var stream = new Reply(200, wire().streamType(), wire().piece("Hello"), List.of());
        inEachForm(form -> assertGivesUp(form == STREAM ? stream : answer, adapter -> failed(adapter.ask(form))));
    }

    @Test
    default void bounds_a_refusal_without_end() {
        Reply refusal = wire().failure(Kind.UNAVAILABLE, "Hello").orElseThrow();
        inEachForm(form -> assertGivesUp(refusal, adapter -> failed(adapter.ask(form))));
    }

    @Test
    default void bounds_a_model_list_without_end() {
        assertGivesUp(
                given(wire().models(List.of("Hello"))),
                adapter -> assertInstanceOf(ModelsReply.Failed.class, adapter.port.models(slot(1), LONG))
                        .failure());
    }

    /// @param begun its text `Hello` has no end
    private void assertGivesUp(Reply begun, Function<AdapterFixture, Failure> ask) {
        var sent = new AtomicLong();
        String wave = "x".repeat(1 << 20);
        try (var adapter = open(exchange -> {
            exchange.openChunks(begun.status(), begun.type());
            String body = begun.body();
            int text = body.indexOf("Hello"); // -1 if the format encodes the text
            exchange.chunk(body.substring(0, text < 0 ? body.length() / 2 : text));
            while (sent.get() < TOO_MUCH) {
                exchange.chunk(wave);
                sent.addAndGet(wave.length());
            }
        })) {
            Kind kind = ask.apply(adapter).kind();
            // A timeout would end even an unbounded read.
            assertTrue(kind != Kind.TIMED_OUT && kind != Kind.OUT_OF_TIME, kind::label);
            assertTrue(sent.get() > 0, "it did not read what has no end");
            assertTrue(sent.get() < TOO_MUCH, () -> "it read " + (sent.get() >> 20) + " MiB");
        }
    }
}
