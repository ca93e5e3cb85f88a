package io.keywheel.application.port.in;

import io.keywheel.domain.chat.ChunkSink;

/// Receives a streamed answer.
@FunctionalInterface
public interface AnswerSink extends ChunkSink {

    /// Called at most once: just before the first chunk, or before an answer without chunks is returned. After that,
    /// the request does not switch keys.
    default void open(ServedBy servedBy) {}
}
