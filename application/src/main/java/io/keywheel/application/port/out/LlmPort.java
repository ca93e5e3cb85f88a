package io.keywheel.application.port.out;

import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;

/// One provider, asked once and blocking.
///
/// A port throws nothing: whatever the provider does is a value, [LlmReply.Failed] at worst. An interrupt ends the
/// attempt at once with `Cancelled` and leaves the thread's interrupt flag set. Safe for any number of threads; each
/// attempt runs on its caller's thread.
///
/// An exception breaks that promise. It fails the attempt, counts against no key or provider, and is logged by its type
/// and place. `OutOfMemoryError` and its like are rethrown. An answer beyond
/// [AnswerLimits][io.keywheel.domain.chat.AnswerLimits] is `Unavailable`, or `Interrupted` after its first content.
///
/// [Failure][io.keywheel.domain.failover.Failure] lists the kinds of failure, and what each is evidence about.
public interface LlmPort extends AutoCloseable {

    /// Asks for a whole answer: all of it is in [LlmReply.Answered].
    LlmReply complete(LlmCall call);

    /// Asks for an answer in chunks, and passes each to `sink` on this thread as it arrives. Chunks without content
    /// are passed, too: they may have fields that only this provider sends.
    ///
    /// [LlmReply.Answered] repeats only the finish reason and the usage: make it with
    /// [Completion#streamed][io.keywheel.domain.chat.Completion#streamed]. A failure after the first content is
    /// `Interrupted`, and one after all choices have ended is none. If `sink` throws, this method ends the upstream
    /// call and throws the same.
    LlmReply stream(LlmCall call, ChunkSink sink);

    /// Asks which models a key may use.
    ///
    /// @param timeLeft how long the whole call may take; after that, it is `OutOfTime`. Of [Timeouts], only the one
    ///     for connecting applies
    /// @return an empty list if the provider has none
    ModelsReply models(KeySlot key, Duration timeLeft);

    /// Whether prompt tokens that the provider read from its cache count towards its limits. If not, they are given
    /// back to the estimated budget of the key's group when an answer's usage reports them.
    default boolean countsCachedTokens() {
        return true;
    }

    /// Closes idle connections. Attempts under way end and fail. May be called more than once; no other call may
    /// follow.
    @Override
    void close();
}
