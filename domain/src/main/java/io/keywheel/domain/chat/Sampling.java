package io.keywheel.domain.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the model shall choose its words. What is null is the provider's to decide. Nothing checks the ranges here: the
/// HTTP APIs do, and providers.
///
/// @param temperature from 0
/// @param maxTokens the most tokens the answer may have, reasoning included; from 1
/// @param topP more than 0, at most 1
/// @param stop texts that end the answer; empty for none
/// @param seed for repeatable answers, as far as the provider keeps that promise
/// @param choices how many answers to give side by side, from 1
public record Sampling(
        @Nullable Decimal temperature,
        @Nullable Long maxTokens,
        @Nullable Decimal topP,
        List<String> stop,
        @Nullable Long seed,
        @Nullable Integer choices) {

    /// Everything left to the provider.
    public static final Sampling DEFAULT = new Sampling(null, null, null, List.of(), null, null);

    public Sampling {
        stop = List.copyOf(stop);
    }
}
