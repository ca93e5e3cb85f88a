package io.keywheel.adapters.http;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// A chat use case that does what the test says.
final class ScriptedChats implements ChatUseCase {

    /// One chat. `sink` is where a streamed answer goes; a whole one is returned.
    @FunctionalInterface
    interface Script {
        Answer play(ChatCommand command, AnswerSink sink);
    }

    private final List<ChatCommand> commands = new CopyOnWriteArrayList<>();
    private volatile Script script = (_, _) -> {
        throw new IllegalStateException("this test expects no chat");
    };

    void play(Script script) {
        this.script = script;
    }

    List<ChatCommand> commands() {
        return commands;
    }

    @Override
    public Answer chat(ChatCommand command) {
        return chatStream(command, _ -> {});
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        commands.add(command);
        return script.play(command, sink);
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        throw new UnsupportedOperationException("the doors have threads of their own");
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        throw new UnsupportedOperationException("the doors have threads of their own");
    }
}
