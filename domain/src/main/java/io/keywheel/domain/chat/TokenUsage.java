package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// The usage of an answer, in tokens as the provider counts them.
///
/// The numbers are clamped: each is between 0 and [#MOST], and a part is at most its whole.
///
/// @param cachedTokens how many tokens of the prompt came from the provider's prompt cache; null if not reported
/// @param reasoningTokens how many tokens of the answer are reasoning; null if not reported
public record TokenUsage(
        long promptTokens,
        long completionTokens,
        long totalTokens,
        @Nullable Long cachedTokens,
        @Nullable Long reasoningTokens,
        Extras extras) {

    /// Far above any real usage; sums of several do not overflow.
    public static final long MOST = 1_000_000_000_000_000_000L;

    /// The usage of an attempt that cost nothing.
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0);

    public TokenUsage {
        promptTokens = Math.clamp(promptTokens, 0, MOST);
        completionTokens = Math.clamp(completionTokens, 0, MOST);
        totalTokens = Math.clamp(totalTokens, 0, MOST);
        cachedTokens = within(promptTokens, cachedTokens);
        reasoningTokens = within(completionTokens, reasoningTokens);
    }

    private static @Nullable Long within(long all, @Nullable Long some) {
        return some == null ? null : Long.valueOf(Math.clamp(some, 0, all));
    }

    public TokenUsage(long promptTokens, long completionTokens, long totalTokens) {
        this(promptTokens, completionTokens, totalTokens, null, null, Extras.NONE);
    }

    /// Whether the total is 0, which counts as no usage: some providers send zeros instead.
    public boolean isZero() {
        return totalTokens == 0;
    }

    public TokenUsage withExtras(Extras extras) {
        return new TokenUsage(promptTokens, completionTokens, totalTokens, cachedTokens, reasoningTokens, extras);
    }
}
