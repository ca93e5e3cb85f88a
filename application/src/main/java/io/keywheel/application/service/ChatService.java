package io.keywheel.application.service;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.Serving;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// One loop for all four forms: ask the ledger what to try, try it, report how it went.
public final class ChatService implements ChatUseCase {

    /// What a form does with an attempt that the loop has decided on.
    @FunctionalInterface
    private interface Form {
        LlmReply ask(LlmPort port, LlmCall call, Serving serving, Step.Attempt attempt, Spending spending);
    }

    private final Router router;
    private final Ledger ledger;
    private final Spawner spawner;
    private final HeldBytes held = new HeldBytes();

    public ChatService(Router router, Ledger ledger, Spawner spawner) {
        this.router = router;
        this.ledger = ledger;
        this.spawner = spawner;
    }

    @Override
    public Answer chat(ChatCommand command) {
        return run(command, (port, call, _, _, _) -> port.complete(call));
    }

    @Override
    public Answer chatStream(ChatCommand command, AnswerSink sink) {
        return run(command, (port, call, serving, attempt, spending) -> {
            var gate = new CommitGate(sink, serving, spending, () -> ledger.answering(attempt), held);
            try {
                return gate.outcome(port.stream(call, gate));
            } finally {
                gate.drop();
            }
        });
    }

    @Override
    public CompletableFuture<Answer> chatAsync(ChatCommand command) {
        return spawner.spawn(() -> chat(command));
    }

    @Override
    public CompletableFuture<Answer> chatStreamAsync(ChatCommand command, AnswerSink sink) {
        return spawner.spawn(() -> chatStream(command, sink));
    }

    private Answer run(ChatCommand command, Form form) {
        long need = TokenEstimate.of(command.conversation(), command.sampling());
        Journey journey = ledger.begin(router.route(command.selection()), command.fallback(), need);
        Ticket ticket = ledger.ticket();
        while (true) {
            switch (next(ticket, journey)) {
                case Step.GiveUp(var exhaustion) -> throw ChatException.of(exhaustion, router.catalog());
                case Step.Attempt attempt -> {
                    var serving = new Serving(attempt.target(), journey.failed());
                    LlmReply reply = ask(form, ticket.way(), call(command, attempt, journey), serving, attempt);
                    switch (reply) {
                        case LlmReply.Answered(var completion, var _) -> {
                            return new Answer(completion, serving);
                        }
                        case LlmReply.Failed(var failure) -> journey = journey.failedAt(attempt.failed(failure));
                    }
                }
            }
        }
    }

    private Step.Decided next(Ticket ticket, Journey journey) {
        try {
            return ledger.next(ticket, journey);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ChatCancelledException(journey.failed());
        }
    }

    private static LlmCall call(ChatCommand command, Step.Attempt attempt, Journey journey) {
        return new LlmCall(
                attempt.target(),
                command.conversation(),
                command.sampling(),
                command.extras(),
                Duration.between(attempt.startedAt(), journey.terms().deadline()));
    }

    /// A reader that throws is no evidence against the key; but its attempt is over. What an adapter throws is a
    /// reply already, by [GuardedPort].
    private LlmReply ask(Form form, Ways.Way way, LlmCall call, Serving serving, Step.Attempt attempt) {
        var spending = new Spending(TokenEstimate.prompt(call.conversation()));
        LlmReply reply = new LlmReply.Failed(new Failure.Cancelled());
        try {
            reply = form.ask(way.port(), call, serving, attempt, spending);
            return reply;
        } finally {
            way.leave();
            ledger.ended(attempt, reply, spending.by(reply, attempt.need()));
        }
    }
}
