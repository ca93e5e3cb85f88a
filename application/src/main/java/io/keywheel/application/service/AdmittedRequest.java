package io.keywheel.application.service;

import io.keywheel.application.port.in.UsageSink;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.LimitState;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.Map;

/// An admitted request of a client, and its token usage. Confined to the thread of the request.
final class AdmittedRequest implements AutoCloseable {

    /// Called once with the tokens that a request used.
    @FunctionalInterface
    interface Settlement {

        /// @param counts false for a request that the gateway itself refused
        void settle(long used, boolean counts);
    }

    private final UsageSink usageSink;
    private final ChatEvents events;
    private final Map<ClientLimit, LimitState> limitStates;
    private final Settlement settlement;
    private long used;
    private boolean counts = true;

    /// @param events receives the exceptions of the sink
    AdmittedRequest(
            UsageSink usageSink, ChatEvents events, Map<ClientLimit, LimitState> limitStates, Settlement settlement) {
        this.usageSink = usageSink;
        this.events = events;
        this.limitStates = limitStates;
        this.settlement = settlement;
    }

    /// Not part of [ClientGate#admit], so that the caller closes this request whatever the sink throws.
    void begun() {
        report(events, () -> usageSink.admitted(limitStates));
    }

    /// An attempt has ended. Only the last attempt counts towards the client's limits.
    void ended(EndedAttempt attempt, TokenUsage tokens) {
        used = tokens.promptTokens() + tokens.completionTokens();
        report(events, () -> usageSink.ended(attempt, tokens));
    }

    /// No provider was called: the gateway itself refuses the request.
    void withdrawn() {
        counts = false;
        report(events, usageSink::withdrawn);
    }

    /// Calls the sink of the caller, whose exceptions and errors in its own code must not replace the answer.
    static void report(ChatEvents events, Runnable call) {
        try {
            call.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            events.thrown(null, e);
        }
    }

    @Override
    public void close() {
        settlement.settle(used, counts);
    }
}
