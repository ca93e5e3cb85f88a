package io.keywheel.domain.quota;

import io.keywheel.domain.sharing.Fact;

/// The usage of a call that has ended.
///
/// @param calls 0 if the provider refused the call or it was not made, else 1
public record SpentTokens(int calls, long tokens) {

    public static final SpentTokens NOTHING = new SpentTokens(0, 0);

    public static SpentTokens by(Fact.End end, long tokens) {
        return switch (end) {
            case WITHDRAWN, REFUSED, LIMITED -> NOTHING;
            case FAILED, ANSWERED -> new SpentTokens(1, tokens);
        };
    }
}
