package io.keywheel.application.service;

import io.keywheel.application.port.in.UsageSink;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.EndedAttempt;
import java.util.function.LongConsumer;

/// A request that its client's rule lets in, and what it uses. Confined to the thread of the request.
final class ClientTurn implements AutoCloseable {

    private final UsageSink usageSink;
    private final LongConsumer settlement;
    private long used;

    /// Of a client without limits.
    ClientTurn(UsageSink usageSink) {
        this(usageSink, _ -> {});
    }

    /// @param settlement takes the tokens that were used, once
    ClientTurn(UsageSink usageSink, LongConsumer settlement) {
        this.usageSink = usageSink;
        this.settlement = settlement;
    }

    /// An attempt has ended. The last one is what counts: what the ones before have cost is the pool's, not the
    /// client's.
    void ended(EndedAttempt attempt, TokenUsage tokens) {
        used = Math.max(tokens.totalTokens(), tokens.promptTokens() + tokens.completionTokens());
        usageSink.ended(attempt, tokens);
    }

    @Override
    public void close() {
        settlement.accept(used);
    }
}
