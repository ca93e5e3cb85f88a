package io.keywheel.simulator.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/// One thing a connection does to answer a request.
public sealed interface Step {

    /// Writes the status line and the headers.
    record Head(int status, Map<String, String> headers, Framing framing) implements Step {}

    /// Writes an interim head, after which the real one follows.
    record Interim(int status) implements Step {}

    /// Writes a piece of the body.
    ///
    /// @param token whether it carries text, reasoning or a part of a tool call of a stream
    record Part(String text, boolean token) implements Step {}

    /// Writes so many pieces, each made when it is due: what is too much to be held at once.
    ///
    /// @param piece by its number, from 0
    record Many(int count, IntFunction<String> piece) implements Step {}

    /// Does nothing for a while, unless the client leaves.
    record Pause(Duration duration) implements Step {}

    /// Does nothing until it is released, unless the client leaves.
    record Hold(CountDownLatch released) implements Step {}

    /// The ways to stop.
    enum Stop implements Step {
        /// The body is complete.
        END,
        /// The body is complete, and the connection is closed without having said so.
        END_AND_CLOSE,
        /// Nothing more comes until the client leaves.
        HANG,
        /// The connection is closed as it is.
        CUT
    }

    /// How the client learns where the body ends.
    enum Framing {
        /// By a `content-length` among the headers.
        SIZED,
        /// By the last chunk.
        CHUNKED,
        /// By the end of the connection.
        UNTIL_CLOSE
    }
}
