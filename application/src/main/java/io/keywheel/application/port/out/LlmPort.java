package io.keywheel.application.port.out;

import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;

/// Calls one provider. Each call is one attempt, and blocks.
///
/// A port returns failures as values, such as [LlmReply.Failed], and never throws them. An interrupt ends the
/// attempt immediately with `Cancelled` and leaves the thread's interrupt flag set. Safe for any number of threads;
/// each attempt runs on its caller's thread.
///
/// If an adapter throws nevertheless, the attempt fails, and no key or provider cools down. The log shows the
/// exception's type and place. `OutOfMemoryError` and similar errors are rethrown. An answer beyond
/// [AnswerLimits][io.keywheel.domain.chat.AnswerLimits] is `Unavailable`, or `Interrupted` after its first content.
///
/// [Failure][io.keywheel.domain.failover.Failure] lists the kinds of failure, and what each one applies to.
public interface LlmPort extends AutoCloseable {

    /// Requests an answer without streaming. [LlmReply.Answered] has all of it.
    LlmReply complete(LlmCall call);

    /// Requests a stream, and passes each chunk to `sink` on this thread as it arrives. Chunks without content are
    /// passed, too, because they may have fields that only this provider sends.
    ///
    /// [LlmReply.Answered] repeats only the finish reason and the usage: make it with
    /// [Completion#streamed][io.keywheel.domain.chat.Completion#streamed]. A failure after the first content is
    /// `Interrupted`; one after all choices have ended is ignored. If `sink` throws, this method ends the upstream
    /// call and rethrows the exception.
    LlmReply stream(LlmCall call, ChunkSink sink);

    /// Requests the models that a key may use.
    ///
    /// @param timeLeft the limit of the whole call, which then fails with `OutOfTime`. Of [Timeouts], only
    ///     `connect` applies
    /// @return an empty [ModelsReply.Listed] if the provider has no list
    ModelsReply models(KeySlot key, Duration timeLeft);

    /// Whether prompt tokens from the provider's cache count towards its limits. If not, the gateway returns the
    /// cached tokens of an answer's usage to the estimated quota of the key's group.
    default boolean countsCachedTokens() {
        return true;
    }

    /// Closes idle connections. Attempts in flight end and fail. May be called more than once; no other call may
    /// follow.
    @Override
    void close();
}
