package io.keywheel.application.service;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The four forms of a chat, as parameters of tests.
enum Form {
    CHAT,
    STREAM,
    ASYNC,
    STREAM_ASYNC;

    Answer ask(ChatUseCase chats, ChatCommand command, AnswerSink sink) {
        return switch (this) {
            case CHAT -> chats.chat(command);
            case STREAM -> chats.chatStream(command, sink);
            case ASYNC -> outcome(chats.chatAsync(command));
            case STREAM_ASYNC -> outcome(chats.chatStreamAsync(command, sink));
        };
    }

    Answer ask(ChatUseCase chats, ChatCommand command) {
        return ask(chats, command, _ -> {});
    }

    private static Answer outcome(CompletableFuture<Answer> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
