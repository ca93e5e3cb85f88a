package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static io.keywheel.contract.Trial.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.contract.Wire.Said;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is no answer at all. Whatever comes is a value: nothing is thrown, and nothing is read without end.
interface BrokenAnswers extends Subject {

    /// No answer of a model comes near.
    long TOO_MUCH = 48 << 20;

    @Test
    default void is_unavailable_where_nobody_listens() throws IOException {
        try (var silent = new Socket()) {
            // It has the port, so that nobody else can listen there.
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String baseUrl = "http://127.0.0.1:" + silent.getLocalPort();
            try (LlmPort port = Trial.open(this, baseUrl, Trial.PATIENT, Trial.SECRET);
                    var trial = trial(WireExchange::close)) {
                assertEquals(
                        Kind.UNAVAILABLE,
                        Trial.failed(port.complete(trial.hello(Trial.LONG))).kind());
            }
        }
    }

    @Test
    default void is_unavailable_where_the_line_is_cut_before_an_answer() {
        assertFails(Kind.UNAVAILABLE, WireExchange::close);
    }

    @Test
    default void is_unavailable_where_what_answers_is_no_http() {
        assertFails(Kind.UNAVAILABLE, exchange -> {
            exchange.send("SSH-2.0-OpenSSH_9.9\r\n\r\n");
            exchange.close();
        });
    }

    @Test
    default void is_unavailable_where_a_page_is_served_instead() {
        assertFails(Kind.UNAVAILABLE, exchange -> exchange.answer(200, "text/html", "<html>Welcome</html>\n"));
    }

    @Test
    default void is_unavailable_where_the_network_forbids() {
        assertFails(Kind.UNAVAILABLE, exchange -> exchange.answer(403, "text/html", "<html>Forbidden</html>\n"));
    }

    @Test
    default void is_unavailable_where_an_answer_is_shorter_than_announced() {
        Said answer = wire().answer("Hello", FinishReason.STOP);
        assertFails(Kind.UNAVAILABLE, WHOLE, exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: " + answer.type() + "\r\nContent-Length: 10000\r\n\r\n"
                    + answer.body().substring(0, answer.body().length() / 2));
            exchange.close();
        });
    }

    @Test
    default void is_unavailable_where_an_answer_has_nothing_to_it() {
        String type = wire().answer("", FinishReason.STOP).type();
        assertFails(Kind.UNAVAILABLE, WHOLE, exchange -> exchange.answer(200, type, ""));
    }

    @Test
    default void follows_nobody_elsewhere() {
        try (var trial = trial(exchange -> exchange.answer(307, "text/plain", "", "Location: /elsewhere"))) {
            trial.failed(WHOLE);
            trial.request();
        }
    }

    @Test
    @Tag(SLOW)
    default void gives_up_an_answer_without_end() {
        assertGivesUp(WHOLE);
    }

    @Test
    @Tag(SLOW)
    default void gives_up_a_piece_without_end() {
        assertGivesUp(STREAM);
    }

    private void assertGivesUp(Trial.Form form) {
        var sent = new AtomicLong();
        String wave = "x".repeat(1 << 20);
        try (var trial = trial(exchange -> {
            Said answer = wire().answer("Hello", FinishReason.STOP);
            exchange.openChunks(form == STREAM ? wire().streamType() : answer.type());
            String piece = form == STREAM ? wire().piece("Hello") : answer.body();
            int words = piece.indexOf("Hello"); // which not every format writes as they are
            exchange.chunk(piece.substring(0, words < 0 ? piece.length() / 2 : words));
            while (sent.get() < TOO_MUCH) {
                exchange.chunk(wave);
                sent.addAndGet(wave.length());
            }
        })) {
            trial.failed(form);
            assertTrue(sent.get() > 0, "it did not hear what has no end");
            assertTrue(sent.get() < TOO_MUCH, () -> "it took " + (sent.get() >> 20) + " MiB");
        }
    }

    private void assertFails(Kind kind, WireServer.Script script) {
        try (var trial = trial(script)) {
            trial.assertFails(kind);
        }
    }

    private void assertFails(Kind kind, Trial.Form form, WireServer.Script script) {
        try (var trial = trial(script)) {
            assertEquals(kind, trial.failed(form).kind());
        }
    }
}
