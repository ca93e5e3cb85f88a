package io.keywheel.domain.chat;

/// Where a streamed answer goes, chunk by chunk, in order and from one thread.
///
/// Blocking in [#accept] is the backpressure: nothing more is read from the provider until it returns.
/// Throwing ends the stream: whoever reads has gone.
@FunctionalInterface
public interface ChunkSink {
    void accept(Chunk chunk);
}
