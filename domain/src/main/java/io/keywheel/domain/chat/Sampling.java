package io.keywheel.domain.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sampling parameters. A null parameter is left to the provider. The HTTP APIs and the providers check the
/// ranges; nothing does here.
///
/// @param temperature from 0
/// @param maxTokens the most tokens the answer may have, reasoning included; from 1
/// @param topP more than 0, at most 1
/// @param stop texts that end the answer; empty for none
/// @param seed for repeatable answers, as far as the provider supports that
/// @param choices the number of choices, from 1
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
