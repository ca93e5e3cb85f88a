package io.keywheel.domain.chat;

/// What an answer cost, in tokens as the provider counts them.
public record TokenUsage(long promptTokens, long completionTokens, long totalTokens) {}
