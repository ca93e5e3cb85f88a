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
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// One loop for all four forms: ask the scheduler what to try, try it, report how it went.
public final class ChatService implements ChatUseCase {

    /// What a form does with an attempt that the loop has decided on.
    @FunctionalInterface
    private interface Form {
        LlmReply ask(
                LlmPort port,
                LlmCall call,
                ServedBy servedBy,
                Step.Attempt attempt,
                SpentTokenCounter spentTokenCounter);
    }

    private final Router router;
    private final KeyScheduler scheduler;
    private final AsyncRunner runner;
    private final HeldBytes held = new HeldBytes();

    public ChatService(Router router, KeyScheduler keyScheduler, AsyncRunner asyncRunner) {
        this.router = router;
        this.scheduler = keyScheduler;
        this.runner = asyncRunner;
    }

    @Override
    public Answer chat(ChatCommand command) {
        return run(command, (port, call, _, _, _) -> port.complete(call));
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        return run(command, (port, call, servedBy, attempt, spentTokenCounter) -> {
            var gate = new CommitGate(sink, servedBy, spentTokenCounter, () -> scheduler.answering(attempt), held);
            try {
                return gate.outcome(port.stream(call, gate));
            } finally {
                gate.drop();
            }
        });
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        return runner.spawn(() -> chat(command));
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        return runner.spawn(() -> chatStream(command, sink));
    }

    private Answer run(ChatCommand command, Form form) {
        long need = TokenEstimate.of(command.conversation(), command.sampling());
        RequestAttempts requestAttempts = scheduler.begin(router.route(command.selection()), command.fallback(), need);
        QueuedRequest queuedRequest = scheduler.newRequest();
        while (true) {
            switch (next(queuedRequest, requestAttempts)) {
                case Step.GiveUp(var exhaustion) -> throw ChatException.of(exhaustion, router.catalog());
                case Step.Attempt attempt -> {
                    var servedBy = new ServedBy(attempt.target(), requestAttempts.failed());
                    LlmReply reply = ask(
                            form, queuedRequest.lease(), call(command, attempt, requestAttempts), servedBy, attempt);
                    switch (reply) {
                        case LlmReply.Answered(var completion, var _) -> {
                            return new Answer(completion, servedBy);
                        }
                        case LlmReply.Failed(var failure) ->
                            requestAttempts = requestAttempts.failedAt(attempt.failed(failure));
                    }
                }
            }
        }
    }

    private Step.Decided next(QueuedRequest queuedRequest, RequestAttempts requestAttempts) {
        try {
            return scheduler.next(queuedRequest, requestAttempts);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ChatCancelledException(requestAttempts.failed());
        }
    }

    private static LlmCall call(ChatCommand command, Step.Attempt attempt, RequestAttempts requestAttempts) {
        return new LlmCall(
                attempt.target(),
                command.conversation(),
                command.sampling(),
                command.extras(),
                Duration.between(attempt.startedAt(), requestAttempts.terms().deadline()));
    }

    /// A reader that throws is no evidence against the key; but its attempt is over. What an adapter throws is a
    /// reply already, by [GuardedPort].
    private LlmReply ask(
            Form form, ProviderPorts.PortLease portLease, LlmCall call, ServedBy servedBy, Step.Attempt attempt) {
        var spentTokenCounter = new SpentTokenCounter(TokenEstimate.prompt(call.conversation()));
        LlmReply reply = new LlmReply.Failed(new Failure.Cancelled());
        try {
            reply = form.ask(portLease.port(), call, servedBy, attempt, spentTokenCounter);
            return reply;
        } finally {
            portLease.release();
            scheduler.ended(attempt, reply, spentTokenCounter.by(reply, attempt.estimatedTokens()));
        }
    }
}
