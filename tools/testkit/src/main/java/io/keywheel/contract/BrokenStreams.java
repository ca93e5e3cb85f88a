package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Streams that go wrong. The first content is the point of no return: before it another key may answer, after
/// it the answer is interrupted.
interface BrokenStreams extends Subject {

    @Test
    default void is_unavailable_where_a_stream_is_cut_before_its_content() {
        assertEquals(Kind.UNAVAILABLE, failure(exchange -> {
            exchange.openStream(wire());
            exchange.close();
        }));
    }

    @Test
    default void is_interrupted_where_a_stream_is_cut_after_its_content() {
        var heard = new CountDownLatch(1);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            cutOnce(heard, exchange);
        })) {
            assertEquals(Kind.INTERRUPTED, Trial.failed(hear(trial, heard)).kind());
        }
    }

    @Test
    default void is_unavailable_where_a_stream_ends_before_its_answer_begins() {
        assertEquals(Kind.UNAVAILABLE, failure(exchange -> {
            exchange.openStream(wire());
            exchange.endStream();
        }));
    }

    @Test
    default void is_interrupted_where_a_stream_ends_before_its_answer_does() {
        assertEquals(Kind.INTERRUPTED, failure(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.endStream();
        }));
    }

    @Test
    default void is_unavailable_where_the_provider_breaks_before_its_content() {
        var breakdown = wire().breakdown("the engine is broken");
        assumeTrue(breakdown.isPresent());
        assertEquals(Kind.UNAVAILABLE, failure(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(breakdown.get());
            exchange.endStream();
        }));
    }

    @Test
    default void is_interrupted_where_the_provider_breaks_after_its_content() {
        var breakdown = wire().breakdown("the engine is broken");
        assumeTrue(breakdown.isPresent());
        assertEquals(Kind.INTERRUPTED, failure(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(breakdown.get());
            exchange.endStream();
        }));
    }

    @Test
    default void says_in_the_providers_words_what_broke_a_stream() {
        var breakdown = wire().breakdown("the engine is broken");
        assumeTrue(breakdown.isPresent());
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(breakdown.get());
            exchange.endStream();
        })) {
            Failure failure = trial.failed(STREAM);
            assertTrue(failure.message().contains("the engine is broken"), failure::toString);
        }
    }

    @Test
    default void keeps_what_a_stream_said_before_it_broke() {
        var heard = new CountDownLatch(2);
        try (var trial = trial(exchange -> {
            exchange.openStream(wire());
            exchange.chunk(wire().piece("Hello"));
            exchange.chunk(wire().piece(" world"));
            cutOnce(heard, exchange);
        })) {
            Trial.failed(hear(trial, heard));
            assertEquals("Hello world", trial.words());
        }
    }

    /// What is cut at once may be lost on the way.
    private static void cutOnce(CountDownLatch heard, WireExchange exchange) throws Exception {
        heard.await(Trial.AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
        exchange.close();
    }

    private static LlmReply hear(Trial trial, CountDownLatch heard) {
        return trial.port().stream(trial.hello(Trial.LONG), chunk -> {
            trial.chunks().add(chunk);
            if (chunk.carriesContent()) {
                heard.countDown();
            }
        });
    }

    private Kind failure(WireServer.Script script) {
        try (var trial = trial(script)) {
            return trial.failed(STREAM).kind();
        }
    }
}
