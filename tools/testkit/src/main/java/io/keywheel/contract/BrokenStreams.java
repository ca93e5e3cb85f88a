package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.AT_ONCE;
import static io.keywheel.contract.AdapterFixture.Form.STREAM;
import static io.keywheel.contract.AdapterFixture.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Checks of streams that fail. Before the first content, another key may be tried; after it, the answer is
/// interrupted.
interface BrokenStreams extends AdapterUnderTest {

    @Test
    default void is_unavailable_when_a_stream_is_cut_before_content() {
        assertEquals(
                Kind.UNAVAILABLE,
                failure(STREAM, exchange -> {
                            exchange.openStream(wire());
                            exchange.close();
                        })
                        .kind());
    }

    @Test
    default void is_interrupted_when_a_stream_is_cut_after_content() {
        assertEquals(Kind.INTERRUPTED, failureAfter("Hello").kind());
    }

    @Test
    default void delivers_the_content_before_a_stream_error() {
        var received = new StringBuilder();
        failureAfter(received, "Hello", " world");
        assertEquals("Hello world", received.toString());
    }

    private Failure failureAfter(String... texts) {
        return failureAfter(new StringBuilder(), texts);
    }

    /// Closes the connection after the pieces have arrived, because they may be lost otherwise.
    private Failure failureAfter(StringBuilder received, String... texts) {
        var arrived = new CountDownLatch(texts.length);
        try (var adapter = open(exchange -> {
            exchange.openStream(wire());
            for (String text : texts) {
                exchange.chunk(wire().piece(text));
            }
            arrived.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
            exchange.close();
        })) {
            return AdapterFixture.failed(adapter.port().stream(adapter.hello(LONG), chunk -> {
                received.append(chunk.text());
                if (chunk.carriesContent()) {
                    arrived.countDown();
                }
            }));
        }
    }

    @Test
    default void is_unavailable_when_a_stream_ends_before_content() {
        assertEquals(Kind.UNAVAILABLE, failure(STREAM, streaming()).kind());
    }

    @Test
    default void is_interrupted_when_a_stream_lacks_its_end_marker() {
        assertEquals(
                Kind.INTERRUPTED,
                failure(STREAM, streaming(wire().piece("Hello"))).kind());
    }

    @Test
    default void is_unavailable_after_an_error_before_content() {
        String breakdown = given(wire().breakdown("the engine is broken"));
        assertEquals(Kind.UNAVAILABLE, failure(STREAM, streaming(breakdown)).kind());
    }

    @Test
    default void is_interrupted_after_an_error_after_content() {
        assertEquals(Kind.INTERRUPTED, brokenDown().kind());
    }

    @Test
    default void keeps_the_message_of_a_broken_stream() {
        assertTrue(brokenDown().message().contains("the engine is broken"));
    }

    private Failure brokenDown() {
        String breakdown = given(wire().breakdown("the engine is broken"));
        return failure(STREAM, streaming(wire().piece("Hello"), breakdown));
    }
}
