package io.keywheel.domain.quota;

import io.keywheel.domain.sharing.Fact;

/// What a call has used up by its end.
///
/// @param calls 0 where the provider refused it, else 1
public record SpentTokens(int calls, long tokens) {

    public static final SpentTokens NOTHING = new SpentTokens(0, 0);

    public static SpentTokens by(Fact.End end, long tokens) {
        return switch (end) {
            case WITHDRAWN, REFUSED, LIMITED -> NOTHING;
            case FAILED, ANSWERED -> new SpentTokens(1, tokens);
        };
    }
}
