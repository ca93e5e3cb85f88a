package io.keywheel.application.port.in;

import java.util.concurrent.CompletableFuture;

/// Chats with whichever key answers. Four forms, one policy.
///
/// Safe for any number of threads. A chat without an answer fails with a [ChatException], the asynchronous forms
/// through their future; where no thread can be had, that fails with a
/// [java.util.concurrent.RejectedExecutionException].
public interface ChatUseCase {

    /// Throws what a chat would throw before a key is chosen: no provider serves the model, or the client may not
    /// use it. Asks no provider, and counts towards no limit.
    void check(ChatCommand command);

    /// Blocks until the whole answer is there. An interrupt ends it with [ChatException.ChatCancelledException].
    Answer chat(ChatCommand command);

    /// Blocks until the answer has gone to `sink`, chunk by chunk on this thread.
    ///
    /// `sink` sees nothing before the first content: until then a failing attempt moves on unseen. What
    /// `sink` throws ends the upstream call, blames no key and comes out of here unchanged.
    Answer chatStream(ChatCommand command, AnswerSink sink);

    /// As [#chat], on a thread of its own. Cancelling the future ends the attempt in progress.
    CompletableFuture<Answer> chatAsync(ChatCommand command);

    /// As [#chatStream], on a thread of its own. Cancelling the future ends the attempt in progress.
    CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink);
}
