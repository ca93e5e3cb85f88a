package io.keywheel.adapters.http;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.UsageSink;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.timing.Waiting;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

public final class ScriptedChats implements ChatUseCase {

    /// One chat. `sink` is where a streamed answer goes; a whole one is returned.
    @FunctionalInterface
    public interface Script {
        Answer play(ChatCommand command, AnswerSink sink);
    }

    private final List<ChatCommand> commands = new CopyOnWriteArrayList<>();
    private volatile Script script = (_, _) -> {
        throw new IllegalStateException("this test expects no chat");
    };

    private volatile @Nullable ChatException refusal;

    public void play(Script script) {
        this.script = script;
    }

    public void fail(ChatException e) {
        play((_, _) -> {
            throw e;
        });
    }

    public void fail(Failure failure) {
        FailedAttempt attempt = Samples.failed(Samples.GROQ, 1, failure);
        fail(new AttemptFailedException(List.of(attempt)));
    }

    /// Each chat answers `text`, streamed or whole.
    public void answer(String text) {
        play((_, sink) -> {
            Samples.begin(sink, text);
            return Samples.answer(text);
        });
    }

    public void answer(Completion completion) {
        play((_, _) -> new Answer(completion, Samples.servedBy()));
    }

    public void stream(FinishReason reason, @Nullable TokenUsage usage, List<Chunk> chunks) {
        play((_, sink) -> {
            sink.open(Samples.servedBy());
            chunks.forEach(sink::accept);
            return new Answer(Completion.streamed(reason, usage), Samples.servedBy());
        });
    }

    /// Each chat streams `text`, and then fails.
    public void breakOff(String text, RuntimeException e) {
        play((_, sink) -> {
            Samples.begin(sink, text);
            throw e;
        });
    }

    /// Each chat streams `text` again and again until it is cut.
    ///
    /// @return down once one has ended
    public CountDownLatch flood(String text) {
        var ended = new CountDownLatch(1);
        play((_, sink) -> {
            sink.open(Samples.servedBy());
            try {
                while (true) {
                    sink.accept(Chunk.text(text));
                }
            } finally {
                ended.countDown();
            }
        });
        return ended;
    }

    /// Each chat answers "Hi" once `mayEnd` is down.
    ///
    /// @return down once one has begun
    CountDownLatch answerAfter(CountDownLatch mayEnd) {
        var begun = new CountDownLatch(1);
        play((_, _) -> {
            begun.countDown();
            Waiting.latch(mayEnd);
            return Samples.answer("Hi");
        });
        return begun;
    }

    /// Each chat lasts until its client leaves, at its second key.
    ///
    /// @return down once one has begun
    public CountDownLatch lastAtTheSecondKey() {
        var begun = new CountDownLatch(1);
        play((_, _) -> {
            begun.countDown();
            if (!Waiting.interrupt()) {
                throw new AssertionError("the client left, and the chat went on");
            }
            throw new ChatCancelledException(List.of(
                    Samples.limited(Samples.GROQ, 1), Samples.failed(Samples.CEREBRAS, 1, new Failure.Cancelled())));
        });
        return begun;
    }

    public List<ChatCommand> commands() {
        return commands;
    }

    ChatCommand last() {
        return commands.getLast();
    }

    /// Each check throws this.
    public void refuse(ChatException e) {
        refusal = e;
    }

    @Override
    public void check(ChatCommand command) {
        if (refusal != null) {
            throw refusal;
        }
    }

    @Override
    public Answer chat(ChatCommand command) {
        return chatStream(command, _ -> {});
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        // Recorded commands leave out the usage sink.
        commands.add(command.withUsageSink(UsageSink.NONE));
        return script.play(command, sink);
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        throw new UnsupportedOperationException("the APIs have threads of their own");
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        throw new UnsupportedOperationException("the APIs have threads of their own");
    }
}
