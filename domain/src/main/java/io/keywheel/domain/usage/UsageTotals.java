package io.keywheel.domain.usage;

import io.keywheel.domain.chat.TokenUsage;
import org.jspecify.annotations.Nullable;

/// A sum over requests.
///
/// @param requests all requests, including failed ones
public record UsageTotals(
        long requests, long failures, long input, long output, long cached, long reasoning, long durationMillis) {

    public static final UsageTotals NONE = new UsageTotals(0, 0, 0, 0, 0, 0, 0);

    public static UsageTotals of(RequestRecord request) {
        TokenUsage tokens = request.tokens();
        return new UsageTotals(
                1,
                request.ending().outcome().isOk() ? 0 : 1,
                tokens.promptTokens(),
                tokens.completionTokens(),
                orNone(tokens.cachedTokens()),
                orNone(tokens.reasoningTokens()),
                request.timing().duration().toMillis());
    }

    private static long orNone(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    public long tokens() {
        return sum(input, output);
    }

    public UsageTotals plus(UsageTotals more) {
        return new UsageTotals(
                sum(requests, more.requests),
                sum(failures, more.failures),
                sum(input, more.input),
                sum(output, more.output),
                sum(cached, more.cached),
                sum(reasoning, more.reasoning),
                sum(durationMillis, more.durationMillis));
    }

    /// Saturates, because a provider chooses the counts, and a sum must not turn negative.
    private static long sum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
