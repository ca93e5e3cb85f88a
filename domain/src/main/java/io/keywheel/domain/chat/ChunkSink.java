package io.keywheel.domain.chat;

/// Where a streamed answer goes, chunk by chunk, in order and from one thread.
///
/// Blocking in [#accept] is the backpressure: nothing more is read from the provider until it returns.
/// Throwing ends the stream: the reader has left.
@FunctionalInterface
public interface ChunkSink {
    void accept(Chunk chunk);

    /// The same, from an adapter that knows what comes next.
    ///
    /// @param more whether the next chunk, or the end, has arrived already and follows at once: then a sink
    ///     may send this one together with it
    default void accept(Chunk chunk, boolean more) {
        accept(chunk);
    }
}
