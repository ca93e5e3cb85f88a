package io.keywheel.application.service;

import io.keywheel.application.port.in.UsageSink;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.EndedAttempt;

/// A request that its client's rule lets in, and what it uses. Confined to the thread of the request.
final class ClientTurn implements AutoCloseable {

    /// Takes once what a request used, in tokens.
    @FunctionalInterface
    interface Settlement {

        /// @param counts whether there was a request at all
        void settle(long used, boolean counts);
    }

    private final UsageSink usageSink;
    private final Settlement settlement;
    private long used;
    private boolean counts = true;

    /// Of a client without limits.
    ClientTurn(UsageSink usageSink) {
        this(usageSink, (_, _) -> {});
    }

    ClientTurn(UsageSink usageSink, Settlement settlement) {
        this.usageSink = usageSink;
        this.settlement = settlement;
    }

    /// An attempt has ended. The last one is what counts: what the ones before have cost is the pool's, not the
    /// client's.
    void ended(EndedAttempt attempt, TokenUsage tokens) {
        used = Math.max(tokens.totalTokens(), tokens.promptTokens() + tokens.completionTokens());
        usageSink.ended(attempt, tokens);
    }

    /// No provider was asked: the gateway refuses the request itself.
    void withdrawn() {
        counts = false;
        usageSink.withdrawn();
    }

    @Override
    public void close() {
        settlement.settle(used, counts);
    }
}
