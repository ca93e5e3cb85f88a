package io.keywheel.application.port.out;

import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;

/// One provider, asked once and blocking.
///
/// Total: whatever the provider does is a value, [LlmReply.Failed] at worst. An interrupt ends the attempt at
/// once with `Cancelled` and leaves the thread's interrupt flag set. Safe for any number of threads; every
/// attempt runs on its caller's.
///
/// An exception breaks that promise. It fails the attempt, is held against nothing, and is logged by its type and
/// place; `OutOfMemoryError` and its like go on. An answer beyond
/// [AnswerLimits][io.keywheel.domain.chat.AnswerLimits] is `Unavailable`, or `Interrupted` after its first content.
///
/// What kinds of failure there are, and of what each is evidence, is said by
/// [Failure][io.keywheel.domain.failover.Failure].
public interface LlmPort extends AutoCloseable {

    /// Asks for a whole answer: all of it is in [LlmReply.Answered].
    LlmReply complete(LlmCall call);

    /// Asks for an answer piece by piece, each handed to `sink` on this thread as it arrives. Pieces without
    /// content count too: they may say what only this provider says.
    ///
    /// Of what the sink has got, [LlmReply.Answered] repeats the finish reason and the usage alone: make it with
    /// [Completion#streamed][io.keywheel.domain.chat.Completion#streamed]. A failure after the first content is
    /// `Interrupted`. What `sink` throws comes out of here unchanged, the upstream call having been ended.
    LlmReply stream(LlmCall call, ChunkSink sink);

    /// Asks which models a key may use.
    ///
    /// @param timeLeft how long all of it may take; then it is `OutOfTime`. Of [Timeouts], only that for
    ///     connecting applies
    /// @return without a single one where the provider has no list
    ModelsReply models(KeySlot key, Duration timeLeft);

    /// Whether prompt tokens that the provider read from its cache count towards its limits. If not, they are given
    /// back to the estimated budget of the key's group when an answer's usage reports them.
    default boolean countsCachedTokens() {
        return true;
    }

    /// Closes idle connections. Attempts under way are ended, and fail. May be called more than once;
    /// no call may follow.
    @Override
    void close();
}
