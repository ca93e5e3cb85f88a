package io.keywheel.application.service;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One loop for all four forms: ask the scheduler what to try, try it, report how it went.
public final class ChatService implements ChatUseCase {

    private final ModelCatalogService models;
    private final KeyScheduler scheduler;
    private final AsyncRunner runner;
    private final HeldBytes held = new HeldBytes();

    public ChatService(ModelCatalogService models, KeyScheduler keyScheduler, AsyncRunner asyncRunner) {
        this.models = models;
        this.scheduler = keyScheduler;
        this.runner = asyncRunner;
    }

    @Override
    public Answer chat(ChatCommand command) {
        return run(command, null);
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        return run(command, sink);
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        return runner.spawn(() -> chat(command));
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        return runner.spawn(() -> chatStream(command, sink));
    }

    /// @param sink null for a whole answer
    private Answer run(ChatCommand command, @Nullable AnswerSink sink) {
        long need = TokenEstimate.of(command.conversation(), command.sampling());
        QueuedRequest request = scheduler.begin(models.route(command.selection()), command, need);
        while (true) {
            switch (next(request)) {
                case Step.GiveUp(var exhaustion) ->
                    throw ChatException.of(exhaustion, command.selection().model(), models.catalog());
                case Step.Attempt attempt -> {
                    var servedBy =
                            new ServedBy(attempt.target(), request.attempts().failed());
                    CommitGate gate = sink == null
                            ? null
                            : new CommitGate(sink, servedBy, () -> scheduler.answering(attempt), held);
                    switch (ask(request, attempt, command, gate)) {
                        case LlmReply.Answered(var completion, var _) -> {
                            return new Answer(completion, servedBy);
                        }
                        case LlmReply.Failed(var failure) -> request.failed(attempt.failed(failure));
                    }
                }
            }
        }
    }

    private Step.Decided next(QueuedRequest request) {
        try {
            return scheduler.next(request);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ChatCancelledException(request.attempts().failed());
        }
    }

    /// A reader that throws is no evidence against the key; but its attempt is over. What an adapter throws is a
    /// reply already, by [GuardedPort].
    private LlmReply ask(QueuedRequest request, Step.Attempt attempt, ChatCommand command, @Nullable CommitGate gate) {
        var call = new LlmCall(
                attempt.target(),
                command.conversation(),
                command.sampling(),
                command.extras(),
                Duration.between(attempt.startedAt(), request.attempts().terms().deadline()));
        LlmPort port = request.lease().port();
        LlmReply reply = new LlmReply.Failed(new Failure.Cancelled());
        try {
            reply = gate == null ? port.complete(call) : gate.outcome(port.stream(call, gate));
            return reply;
        } finally {
            if (gate != null) {
                gate.drop();
            }
            request.lease().release();
            scheduler.ended(request, attempt, reply, spent(command, attempt, port, reply, gate));
        }
    }

    /// What an attempt has spent in tokens, as far as is known: what the provider says of a whole answer; the prompt
    /// and what came of one that was left or broken off.
    private static long spent(
            ChatCommand command, Step.Attempt attempt, LlmPort port, LlmReply reply, @Nullable CommitGate gate) {
        return switch (reply) {
            case LlmReply.Failed _ ->
                TokenEstimate.prompt(command.conversation())
                        + TokenEstimate.ofCharacters(gate == null ? 0 : gate.characters());
            case LlmReply.Answered(var completion, var _) -> {
                TokenUsage usage = completion.usage();
                yield usage == null || usage.totalTokens() <= 0
                        ? attempt.estimatedTokens()
                        : usage.totalTokens() - uncounted(usage, port);
            }
        };
    }

    private static long uncounted(TokenUsage usage, LlmPort port) {
        return usage.cachedTokens() == null || port.countsCachedTokens() ? 0 : usage.cachedTokens();
    }
}
