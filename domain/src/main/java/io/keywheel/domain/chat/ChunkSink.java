package io.keywheel.domain.chat;

/// Receives a streamed answer, chunk by chunk, in order and from one thread.
///
/// Blocking in [#accept] is the backpressure: nothing more is read from the provider until it returns. An
/// exception ends the stream: the client has disconnected.
@FunctionalInterface
public interface ChunkSink {
    void accept(Chunk chunk);

    /// The same, for an adapter that knows whether more follows.
    ///
    /// @param more whether the next chunk, or the end, has arrived already and follows immediately: then a sink
    ///     may send this one together with it
    default void accept(Chunk chunk, boolean more) {
        accept(chunk);
    }
}
