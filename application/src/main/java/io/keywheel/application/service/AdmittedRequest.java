package io.keywheel.application.service;

import io.keywheel.application.port.in.UsageSink;
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
    private final Map<ClientLimit, LimitState> limitStates;
    private final Settlement settlement;
    private long used;
    private boolean counts = true;

    AdmittedRequest(UsageSink usageSink, Map<ClientLimit, LimitState> limitStates, Settlement settlement) {
        this.usageSink = usageSink;
        this.limitStates = limitStates;
        this.settlement = settlement;
    }

    /// Apart from [ClientGate#admit]: if the sink throws, the caller still closes this request.
    void begun() {
        usageSink.admitted(limitStates);
    }

    /// An attempt has ended. Only the last attempt counts towards the client's limits.
    void ended(EndedAttempt attempt, TokenUsage tokens) {
        used = Math.max(tokens.totalTokens(), tokens.promptTokens() + tokens.completionTokens());
        usageSink.ended(attempt, tokens);
    }

    /// No provider was called: the gateway itself refuses the request.
    void withdrawn() {
        counts = false;
        usageSink.withdrawn();
    }

    @Override
    public void close() {
        settlement.settle(used, counts);
    }
}
