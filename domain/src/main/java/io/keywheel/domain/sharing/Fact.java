package io.keywheel.domain.sharing;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import java.util.Set;

/// A fact that one gateway publishes for others with the same keys. Instants are by the clock of this gateway:
/// nothing has happened after now.
///
/// Facts may arrive in any order, and a fact that arrives twice counts once.
public sealed interface Fact {

    /// This fact of `gateway` as other gateways read it.
    default Fact by(String gateway) {
        return switch (this) {
            case Called(var id, var callTarget, var tokens, var claimed, var probes, var begun, var ends) ->
                new Called(new CallId(gateway, id.number()), callTarget, tokens, claimed, probes, begun, ends);
            case Ended(var id, var callTarget, var end, var spent, var limits, var begun) ->
                new Ended(new CallId(gateway, id.number()), callTarget, end, spent, limits, begun);
            case CooledDown _, Answered _, OneGroup _, ClientUsed _ -> this;
        };
    }

    /// A fact about a key, and so about its provider.
    sealed interface OfKey extends Fact {
        CallTarget callTarget();
    }

    /// The key and model of an attempt. The key is named by its fingerprint: its slot and group may differ
    /// between gateways.
    record CallTarget(ProviderId provider, String fingerprint, ModelId model) {}

    /// Distinguishes the calls of all gateways.
    ///
    /// @param gateway empty for this gateway
    record CallId(String gateway, long number) {}

    /// A scope cools down.
    ///
    /// @param scope the kind of the scope, which belongs to `callTarget`
    /// @param since when the failure was seen: the answer to a later call disproves it
    /// @param level how many times in a row the failure returned, from 0
    record CooledDown(
            CallTarget callTarget,
            Scope.Kind scope,
            Failure.Kind reason,
            Instant since,
            Instant until,
            int level,
            boolean mayBeTransient)
            implements OfKey {

        /// A copy that ends at `moment` at the latest.
        public CooledDown endingBy(Instant moment) {
            return until.isAfter(moment)
                    ? new CooledDown(callTarget, scope, reason, since, moment, level, mayBeTransient)
                    : this;
        }
    }

    /// A call begun at `begun` was answered.
    ///
    /// @param disproved the scopes of `callTarget` whose cooldowns end, if they began no later than `begun`
    record Answered(CallTarget callTarget, Set<Scope.Kind> disproved, Instant begun) implements OfKey {
        public Answered {
            disproved = Set.copyOf(disproved);
        }
    }

    /// Two keys belong to one organisation, and share its limits.
    record OneGroup(CallTarget callTarget, String other) implements OfKey {}

    /// A call begins.
    ///
    /// @param claimed whether the call is made only if it is still possible after all facts before it
    /// @param probes the scopes that the call probes; no other gateway probes them before `probeEnds`
    record Called(
            CallId id,
            CallTarget callTarget,
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
            return new Called(id, callTarget, estimatedTokens, false, probes, begun, probeEnds);
        }
    }

    /// A call has ended.
    ///
    /// @param spent the tokens spent
    /// @param rateLimitStatus the remaining quota that the provider reported
    record Ended(CallId id, CallTarget callTarget, End end, long spent, RateLimitStatus rateLimitStatus, Instant begun)
            implements OfKey {
        public Ended {
            spent = RateLimitStatus.bounded(spent);
        }
    }

    /// How a call ended.
    enum End {
        /// The call was not made.
        WITHDRAWN,
        /// The call failed, and cost nothing.
        REFUSED,
        /// The call met the limit of its quota group, and cost nothing.
        LIMITED,
        /// The call failed, and may have cost tokens.
        FAILED,
        ANSWERED;

        public static End of(Failure failure) {
            return failure instanceof Failure.RateLimited limited && limited.isOfTheGroup()
                    ? LIMITED
                    : FailurePolicy.of(failure).provider() == FailurePolicy.Provider.MAY_HAVE_WORKED ? FAILED : REFUSED;
        }
    }

    /// A client used requests or tokens.
    ///
    /// @param number rises with each such fact of a gateway, so that a repetition counts once; 0 before it is sent
    /// @param requests negative to withdraw an earlier request
    /// @param tokens negative to correct an earlier fact that was too high
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
