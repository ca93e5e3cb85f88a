package io.keywheel.application.port.in;

import io.keywheel.domain.chat.ChunkSink;

/// Where a streamed answer goes.
@FunctionalInterface
public interface AnswerSink extends ChunkSink {

    /// Called once, just before the first chunk: after that, the request changes its key no more.
    default void open(ServedBy servedBy) {}
}
