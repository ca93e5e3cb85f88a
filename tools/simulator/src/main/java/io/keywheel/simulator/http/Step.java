package io.keywheel.simulator.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/// One action of a connection that answers a request.
public sealed interface Step {

    /// @param chunked whether the parts of the body are written as chunks
    record Head(int status, Map<String, String> headers, boolean chunked) implements Step {}

    /// Writes a piece of the body, or an interim response before the head.
    ///
    /// @param token whether the piece is a stream's chunk with text, reasoning or a tool call
    record Part(String text, boolean token) implements Step {}

    /// Writes many pieces, each generated when it is due, because they would not fit into memory together.
    ///
    /// @param piece generates a piece from its number, from 0
    record Many(int count, IntFunction<String> piece) implements Step {}

    /// Waits, unless the client disconnects.
    record Pause(Duration duration) implements Step {

        public static final Pause FOREVER = new Pause(Duration.ofDays(10_000));
    }

    /// Waits for `released`, unless the client disconnects.
    record Hold(CountDownLatch released) implements Step {}

    enum Stop implements Step {
        END,
        /// The body is complete, and the connection is closed without an announcement.
        END_AND_CLOSE,
        /// The connection is closed immediately.
        CUT
    }
}
