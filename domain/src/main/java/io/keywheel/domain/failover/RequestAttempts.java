package io.keywheel.domain.failover;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.FailurePolicy.Next;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// One request on its way from key to key.
///
/// @param estimate the tokens that the request may use
/// @param failed the attempts so far, oldest first: none of them brought an answer
/// @param conversation a hash of the conversation that the request continues; 0 without affinity
/// @param spared limits that the request leaves to an earlier one
public record RequestAttempts(
        Route route,
        RequestTerms terms,
        TokenEstimate estimate,
        List<FailedAttempt> failed,
        long conversation,
        Set<Scope.OfGroupModel> spared) {

    /// Bounds the attempts of a request that asks limited keys again: a provider may limit without a pause.
    private static final int MOST_WITH_REPEATS = 100;

    public RequestAttempts {
        failed = List.copyOf(failed);
        spared = Set.copyOf(spared);
    }

    /// A request without affinity.
    public static RequestAttempts begin(Route route, RequestTerms requestTerms, TokenEstimate estimate) {
        return new RequestAttempts(route, requestTerms, estimate, List.of(), 0, Set.of());
    }

    public RequestAttempts failedAt(FailedAttempt attempt) {
        var longer = new ArrayList<>(failed);
        longer.add(attempt);
        return new RequestAttempts(route, terms, estimate, longer, conversation, spared);
    }

    /// The same request, as a part of `conversation`.
    public RequestAttempts inConversation(long conversation) {
        return new RequestAttempts(route, terms, estimate, failed, conversation, spared);
    }

    /// The same request, which may wait for a cooling key until `moment`.
    public RequestAttempts waitingUntil(Instant moment) {
        return new RequestAttempts(route, terms.waitingUntil(moment), estimate, failed, conversation, spared);
    }

    /// The same request, which leaves the limit of `target` to an earlier request.
    RequestAttempts sparing(Target target) {
        var more = new HashSet<>(spared);
        more.add(new Scope.OfGroupModel(target.key().group(), target.model()));
        return new RequestAttempts(route, terms, estimate, failed, conversation, more);
    }

    /// The tokens that the request may use at `provider`: the estimate, or the count that a limit of that provider
    /// named, if that is more. Providers count differently, so the count of one says nothing of another.
    public long estimatedTokensAt(ProviderProfile provider) {
        long tokens = RateLimitStatus.bounded(estimate.reserved(provider.mostReservedPerAnswer()));
        for (FailedAttempt attempt : failed) {
            if (isAt(provider.id(), attempt) && attempt.failure() instanceof Failure.RateLimited limited) {
                tokens = Math.max(tokens, limited.requested());
            }
        }
        return tokens;
    }

    public boolean atStart() {
        return failed.isEmpty();
    }

    /// The fingerprints of the provider's keys that were asked for the model. A reload may give a key's place to
    /// another one.
    ///
    /// @param again leaves out keys that were rate limited: they may be asked again when their limit is over
    public Set<String> triedAt(ProviderId provider, ModelId model, boolean again) {
        var tried = new HashSet<String>();
        for (FailedAttempt attempt : failed) {
            if (isAt(provider, model, attempt) && !(again && isLimited(attempt))) {
                tried.add(attempt.target().key().fingerprint());
            }
        }
        return tried;
    }

    public int attemptsAt(ProviderId provider, ModelId model) {
        int attempts = 0;
        for (FailedAttempt attempt : failed) {
            attempts += isAt(provider, model, attempt) ? 1 : 0;
        }
        return attempts;
    }

    /// Whether the provider refused the request for this model: its other keys would do the same.
    public boolean isRefusedBy(ProviderId provider, ModelId model) {
        return any(provider, attempt -> isAt(provider, model, attempt) && next(attempt) == Next.OTHER_MODEL);
    }

    /// Whether each attempt was refused because of the request itself.
    boolean isRefusedEverywhere() {
        return !atStart()
                && failed.stream()
                        .map(FailedAttempt::target)
                        .allMatch(target -> isRefusedBy(target.provider(), target.model()));
    }

    /// Whether the request may still wait at `now` for keys that rate limited it, and ask them again.
    public boolean mayAskAgain(Instant now) {
        return failed.size() < MOST_WITH_REPEATS
                && now.isBefore(terms.waitUntil())
                && failed.stream().anyMatch(RequestAttempts::isLimited);
    }

    /// Whether this request found the provider in trouble by an attempt that was not a probe. Such a provider comes
    /// last, but its pause does not keep this request from its other keys.
    ///
    /// @param model the model to be asked: an outage of another model alone does not count
    public boolean sawOutageOf(ProviderId provider, ModelId model) {
        return any(provider, attempt -> !attempt.probe() && isOutageOf(model, attempt));
    }

    /// The same if the request asked that model itself: then a pause of the model does not keep it from other keys
    /// either.
    public boolean sawOutageAt(ProviderId provider, ModelId model) {
        return any(
                provider, attempt -> !attempt.probe() && isAt(provider, model, attempt) && isOutageOf(model, attempt));
    }

    /// Whether this request was a probe of the provider, and failed.
    ///
    /// @param model as in [#sawOutageOf]
    public boolean hasFailedProbeOf(ProviderId provider, ModelId model) {
        return any(
                provider,
                attempt -> attempt.probe() && (isOutageOf(model, attempt) || mayBeHostThrottling(attempt.failure())));
    }

    private static boolean isOutageOf(ModelId model, FailedAttempt attempt) {
        FailurePolicy policy = FailurePolicy.of(attempt.failure());
        return policy.next() == Next.OTHER_PROVIDER_FIRST
                && (policy.scope() != Scope.Kind.MODEL
                        || attempt.target().model().equals(model));
    }

    /// Whether `failure` may be a limit of this host: nothing shows that it is the key's own limit.
    public static boolean mayBeHostThrottling(Failure failure) {
        return failure instanceof Failure.RateLimited limited && !limited.isOfTheGroup();
    }

    private static Next next(FailedAttempt attempt) {
        return FailurePolicy.of(attempt.failure()).next();
    }

    private boolean any(ProviderId provider, Predicate<FailedAttempt> wanted) {
        for (FailedAttempt attempt : failed) {
            if (isAt(provider, attempt) && wanted.test(attempt)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLimited(FailedAttempt attempt) {
        return attempt.failure() instanceof Failure.RateLimited;
    }

    private static boolean isAt(ProviderId provider, ModelId model, FailedAttempt attempt) {
        return isAt(provider, attempt) && attempt.target().model().equals(model);
    }

    private static boolean isAt(ProviderId provider, FailedAttempt attempt) {
        return attempt.target().provider().equals(provider);
    }
}
