package io.keywheel.application.service;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.usage.EndedAttempt;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Runs all forms of a chat in one loop: get the next step from the scheduler, make the attempt, report its outcome.
/// The forms are whole or streamed, blocking or asynchronous.
final class ChatService implements ChatUseCase {

    private final ModelCatalogService models;
    private final ClientGate clients;
    private final KeyScheduler scheduler;
    private final Executor threads;
    private final HeldBytes held = new HeldBytes();

    ChatService(ModelCatalogService models, ClientGate clients, KeyScheduler keyScheduler, Executor threads) {
        this.models = models;
        this.clients = clients;
        this.scheduler = keyScheduler;
        this.threads = threads;
    }

    @Override
    public void check(ChatCommand command) {
        route(command);
    }

    @Override
    public Answer chat(ChatCommand command) {
        return answer(command, null);
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        return answer(command, Objects.requireNonNull(sink));
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        return spawn(() -> chat(command));
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        return spawn(() -> chatStream(command, sink));
    }

    /// Runs a blocking form on another thread. If the future ends first, by `cancel` or `orTimeout`, that thread is
    /// interrupted, which a plain [CompletableFuture] does not do.
    private CompletableFuture<Answer> spawn(Callable<Answer> chat) {
        var future = new CompletableFuture<Answer>();
        // The task is done when it completes the future, and so is not interrupted then.
        var task = new FutureTask<>(chat) {
            @Override
            protected void done() {
                switch (state()) {
                    case SUCCESS -> future.complete(resultNow());
                    case FAILED -> future.completeExceptionally(exceptionNow());
                    case CANCELLED, RUNNING -> {}
                }
            }
        };
        var _ = future.whenComplete((_, _) -> task.cancel(true));
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    /// @param sink null for a whole answer
    private Answer answer(ChatCommand command, @Nullable AnswerSink sink) {
        Route route = route(command);
        TokenEstimate estimate = TokenEstimate.of(command.conversation(), command.sampling());
        try (AdmittedRequest admitted = clients.admit(command, estimate.tokens())) {
            admitted.begun();
            QueuedRequest request = scheduler.begin(route, command, estimate, sink != null);
            Throwable end = null;
            try {
                return run(command, sink, admitted, request);
            } catch (Throwable e) {
                end = e;
                throw e;
            } finally {
                request.trace().ended(end);
            }
        }
    }

    private Route route(ChatCommand command) {
        clients.mustAllow(command, models);
        return models.route(command.selection());
    }

    private Answer run(
            ChatCommand command, @Nullable AnswerSink sink, AdmittedRequest admitted, QueuedRequest request) {
        while (true) {
            switch (next(request)) {
                case Step.GiveUp(var exhaustion) -> throw givenUp(exhaustion, command, admitted, request);
                case Step.Attempt attempt -> {
                    var servedBy =
                            new ServedBy(attempt.target(), request.attempts().failed());
                    request.trace().began(attempt);
                    CommitGate gate = sink == null
                            ? null
                            : new CommitGate(sink, servedBy, () -> scheduler.answering(request, attempt), held);
                    switch (makeAttempt(request, attempt, command, gate, admitted)) {
                        case LlmReply.Answered(var completion, var _) -> {
                            return new Answer(completion, servedBy);
                        }
                        case LlmReply.Failed(var failure) -> request.failed(attempt.failed(failure));
                    }
                }
            }
        }
    }

    /// A request that no key was asked for, because no provider has its model, does not count.
    private ChatException givenUp(
            Exhaustion exhaustion, ChatCommand command, AdmittedRequest admitted, QueuedRequest request) {
        List<FailedAttempt> attempts = request.attempts().failed();
        if (exhaustion instanceof Exhaustion.NoSuchModel && attempts.isEmpty()) {
            admitted.withdrawn();
        }
        return ChatException.of(exhaustion, attempts, command.selection().name(), models.catalog());
    }

    private Step.Decided next(QueuedRequest request) {
        try {
            return scheduler.next(request);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ChatCancelledException(request.attempts().failed());
        }
    }

    /// If the sink throws, the attempt ends and counts against no key. [GuardedPort] has already turned the
    /// adapter's exceptions into replies.
    private LlmReply makeAttempt(
            QueuedRequest request,
            Step.Attempt attempt,
            ChatCommand command,
            @Nullable CommitGate gate,
            AdmittedRequest admitted) {
        var call = new LlmCall(
                attempt.target(),
                command.conversation(),
                command.sampling(),
                command.extras(),
                Duration.between(attempt.startedAt(), request.attempts().terms().deadline()),
                command.hops());
        LlmPort port = request.portLease().port();
        LlmReply reply = new LlmReply.Failed(new Failure.Cancelled());
        try {
            reply = gate == null ? port.complete(call) : gate.outcome(port.stream(call, gate));
            return reply;
        } finally {
            if (gate != null) {
                gate.close();
            }
            request.portLease().release();
            // Before the usage sink: other requests may wait for the outcome.
            TokenUsage used = AttemptCost.ofClient(command, reply, gate);
            EndedAttempt ended =
                    scheduler.ended(request, attempt, reply, AttemptCost.ofKey(attempt, port, reply, used));
            admitted.ended(ended, used);
        }
    }
}
