package io.keywheel.domain.sharing;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import java.util.Set;

/// What one gateway learned and others with the same keys should know. Moments are by the clock of this gateway.
///
/// Facts may arrive in any order, and a fact that arrives twice counts once.
public sealed interface Fact {

    /// A fact about a key, and so about its provider.
    sealed interface OfKey extends Fact {
        Asked asked();
    }

    /// The key and model of an attempt. The key is named by its fingerprint: its place and group may differ between
    /// gateways.
    record Asked(ProviderId provider, String fingerprint, ModelId model) {}

    /// Distinguishes the calls of all gateways.
    ///
    /// @param gateway empty for this gateway
    record CallId(String gateway, long number) {}

    /// A scope is out of turn.
    ///
    /// @param scope the kind of the scope, which belongs to `asked`
    /// @param since when the failure was seen: the answer to a later call disproves it
    /// @param level how many times in a row the failure returned, from 0
    record CooledDown(
            Asked asked,
            Scope.Kind scope,
            Failure.Kind reason,
            Instant since,
            Instant until,
            int level,
            boolean mayBeTransient)
            implements OfKey {

        /// The same, over at `moment` at the latest.
        public CooledDown overBy(Instant moment) {
            return until.isAfter(moment)
                    ? new CooledDown(asked, scope, reason, since, moment, level, mayBeTransient)
                    : this;
        }
    }

    /// A call begun at `begun` was answered.
    ///
    /// @param disproved which scopes of `asked` are in turn again, if they went out of turn no later than `begun`
    record Answered(Asked asked, Set<Scope.Kind> disproved, Instant begun) implements OfKey {
        public Answered {
            disproved = Set.copyOf(disproved);
        }
    }

    /// Two keys are of one organisation, and share its limits.
    record OneGroup(Asked asked, String other) implements OfKey {}

    /// A call begins.
    ///
    /// @param claimed whether the call is made only if it is still possible after all facts before it
    /// @param probes the scopes that the call probes; no other gateway probes them before `probeEnds`
    record Called(
            CallId id,
            Asked asked,
            long estimatedTokens,
            boolean claimed,
            Set<Scope.Kind> probes,
            Instant begun,
            Instant probeEnds)
            implements OfKey {
        public Called {
            estimatedTokens = RateLimitStatus.bounded(estimatedTokens);
            probes = Set.copyOf(probes);
        }

        public Called made() {
            return new Called(id, asked, estimatedTokens, false, probes, begun, probeEnds);
        }
    }

    /// A call has ended.
    ///
    /// @param spent in tokens
    /// @param left what the provider reported as left
    record Ended(CallId id, Asked asked, End end, long spent, RateLimitStatus left, Instant begun) implements OfKey {
        public Ended {
            spent = RateLimitStatus.bounded(spent);
        }
    }

    /// How a call ended.
    enum End {
        /// The call was not made.
        WITHDRAWN,
        /// The call brought no answer, and cost nothing.
        REFUSED,
        /// The call met the limit of its quota group, and cost nothing.
        LIMITED,
        /// The call brought no answer, and may have cost something.
        FAILED,
        ANSWERED;

        public static End of(Failure failure) {
            return failure instanceof Failure.RateLimited limited && limited.isOfTheGroup()
                    ? LIMITED
                    : FailurePolicy.of(failure).provider() == FailurePolicy.Provider.MAY_HAVE_WORKED ? FAILED : REFUSED;
        }
    }

    /// A client used something.
    ///
    /// @param number rises with each such fact of a gateway, so that a repetition counts once; 0 for none
    /// @param tokens negative where less was used than had been published before
    /// @param at since when it counts
    record ClientUsed(long number, String client, long requests, long tokens, Instant at) implements Fact {

        public ClientUsed(String client, long requests, long tokens, Instant at) {
            this(0, client, requests, tokens, at);
        }

        public ClientUsed numbered(long next) {
            return new ClientUsed(next, client, requests, tokens, at);
        }
    }
}
