package io.keywheel.domain.chat;

/// What an answer cost, in tokens as the provider counts them.
///
/// @param extras what else the provider tells of the cost
public record TokenUsage(long promptTokens, long completionTokens, long totalTokens, Extras extras) {

    public TokenUsage(long promptTokens, long completionTokens, long totalTokens) {
        this(promptTokens, completionTokens, totalTokens, Extras.NONE);
    }
}
