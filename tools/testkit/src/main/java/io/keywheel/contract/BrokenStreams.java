package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks of streams that fail. Before the first content, another key may be tried; after it, the answer is
/// interrupted.
interface BrokenStreams extends AdapterUnderTest {

    @Test
    default void is_unavailable_when_a_stream_is_cut_before_content() {
        assertFails(Kind.UNAVAILABLE, STREAM, begun().andThen(WireExchange::close));
    }

    @Test
    default void is_interrupted_when_a_stream_is_cut_after_content() {
        assertCutAfter("Hello");
    }

    @Test
    default void delivers_the_content_before_a_stream_error() {
        assertCutAfter("Hello", " world");
    }

    /// Closes the connection after the pieces have arrived, because they may be lost otherwise.
    private void assertCutAfter(String... texts) {
        var arrived = new CountDownLatch(texts.length);
        String[] pieces = Stream.of(texts).map(wire()::piece).toArray(String[]::new);
        try (var adapter = open(begun(pieces).andThen(exchange -> {
            soon(arrived);
            exchange.close();
        }))) {
            assertEquals(
                    Kind.INTERRUPTED, failed(adapter.stream(arrived::countDown)).kind());
            assertEquals(String.join("", texts), adapter.text());
        }
    }

    @Test
    default void is_unavailable_when_a_stream_ends_before_content() {
        assertFails(Kind.UNAVAILABLE, STREAM, streaming());
    }

    @Test
    default void is_interrupted_when_a_stream_lacks_its_end_marker() {
        assertFails(Kind.INTERRUPTED, STREAM, streaming(wire().piece("Hello")));
    }

    @Test
    default void is_unavailable_after_an_error_before_content() {
        assertFails(Kind.UNAVAILABLE, STREAM, streaming(breakdown()));
    }

    @Test
    default void is_interrupted_after_an_error_after_content() {
        assertFails(Kind.INTERRUPTED, STREAM, streaming(wire().piece("Hello"), breakdown()));
    }

    @Test
    default void keeps_the_message_of_a_broken_stream() {
        Failure failure = failure(STREAM, streaming(wire().piece("Hello"), breakdown()));
        assertTrue(failure.message().contains("the engine is broken"), failure::toString);
    }

    private String breakdown() {
        return given(wire().breakdown("the engine is broken"));
    }
}
