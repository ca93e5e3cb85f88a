package io.keywheel.application.port.in;

import java.util.concurrent.CompletableFuture;

/// Answers chats with any key that works. All four forms follow the same policy.
///
/// Safe for any number of threads. A chat without an answer throws a [ChatException], and a null argument a
/// `NullPointerException`; an asynchronous form completes its future with it. Its future also fails with a
/// [java.util.concurrent.RejectedExecutionException] if no thread is available.
public interface ChatUseCase {

    /// Checks the model and the client, as a chat does before key selection. Calls no provider, and counts towards
    /// no limit.
    ///
    /// @throws UnknownModelException if no provider serves the model
    /// @throws ChatException.UnknownProviderException if the named provider is unknown or not a target of the model
    /// @throws ClientRefusedException if the client may not use the model
    void check(ChatCommand command);

    /// Blocks until the whole answer is there. An interrupt ends it with [ChatException.ChatCancelledException], and
    /// the thread stays interrupted. The same applies to [#chatStream].
    Answer chat(ChatCommand command);

    /// Blocks until the answer has gone to `sink`, chunk by chunk on this thread.
    ///
    /// `sink` receives nothing before the first content, so an attempt that fails earlier is invisible to it. An
    /// exception of `sink` ends the upstream call, cools no key down, and is rethrown unchanged.
    Answer chatStream(ChatCommand command, AnswerSink sink);

    /// As [#chat], on another thread. Cancelling the future ends the attempt in progress.
    CompletableFuture<Answer> chatAsync(ChatCommand command);

    /// As [#chatStream], on another thread, which also calls `sink`. If `sink` throws, the future fails with that
    /// exception. Cancelling the future ends the attempt in progress.
    CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink);
}
