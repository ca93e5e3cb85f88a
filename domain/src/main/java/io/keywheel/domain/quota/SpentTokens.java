package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.sharing.Fact;

/// What a call has used up by its end.
///
/// @param calls 0 where the provider refused it, else 1
public record SpentTokens(int calls, long tokens) {

    public static final SpentTokens NOTHING = new SpentTokens(0, 0);

    public static SpentTokens by(Failure failure, long tokens) {
        return FailurePolicy.of(failure).provider() == FailurePolicy.Provider.MAY_HAVE_WORKED
                ? new SpentTokens(1, tokens)
                : NOTHING;
    }

    static SpentTokens by(Fact.Ended fact) {
        return switch (fact.end()) {
            case WITHDRAWN, REFUSED, LIMITED -> NOTHING;
            case FAILED, ANSWERED -> new SpentTokens(1, fact.spent());
        };
    }
}
