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
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A request and its attempts so far.
///
/// @param estimate the tokens that the request may use
/// @param failed the attempts so far, all without an answer, oldest first
/// @param failedAt the same by provider: a request may try thousands of keys, and each choice looks at them
/// @param conversation a hash of the conversation that the request continues; 0 without affinity
/// @param excluded quota groups and models that the request must not use, because an earlier request waits for them
public record RequestAttempts(
        Route route,
        RequestTerms terms,
        TokenEstimate estimate,
        List<FailedAttempt> failed,
        Map<ProviderId, List<FailedAttempt>> failedAt,
        long conversation,
        Set<Scope.OfGroupModel> excluded) {

    /// Bounds the attempts of a request that retries rate-limited keys: a provider may request next to no pause
    /// each time.
    private static final int MOST_WITH_RETRIES = 100;

    public RequestAttempts {
        failed = List.copyOf(failed);
        failedAt = Map.copyOf(failedAt);
        excluded = Set.copyOf(excluded);
    }

    public RequestAttempts(
            Route route,
            RequestTerms terms,
            TokenEstimate estimate,
            List<FailedAttempt> failed,
            long conversation,
            Set<Scope.OfGroupModel> excluded) {
        this(
                route,
                terms,
                estimate,
                failed,
                failed.stream()
                        .collect(Collectors.groupingBy(
                                attempt -> attempt.target().provider(), Collectors.toUnmodifiableList())),
                conversation,
                excluded);
    }

    /// A request without affinity.
    public static RequestAttempts begin(Route route, RequestTerms requestTerms, TokenEstimate estimate) {
        return new RequestAttempts(route, requestTerms, estimate, List.of(), Map.of(), 0, Set.of());
    }

    public RequestAttempts withFailure(FailedAttempt attempt) {
        var longer = new ArrayList<>(failed);
        longer.add(attempt);
        return new RequestAttempts(route, terms, estimate, longer, conversation, excluded);
    }

    public RequestAttempts withOnly(Predicate<FailedAttempt> wanted) {
        List<FailedAttempt> some = failed.stream().filter(wanted).toList();
        return new RequestAttempts(route, terms, estimate, some, conversation, excluded);
    }

    private List<FailedAttempt> failedAt(ProviderId provider) {
        return failedAt.getOrDefault(provider, List.of());
    }

    public RequestAttempts inConversation(long conversation) {
        return new RequestAttempts(route, terms, estimate, failed, failedAt, conversation, excluded);
    }

    public RequestAttempts waitingUntil(Instant moment) {
        return new RequestAttempts(
                route, terms.waitingUntil(moment), estimate, failed, failedAt, conversation, excluded);
    }

    /// A copy that does not use the quota of `target`, for which an earlier request waits.
    RequestAttempts excluding(Target target) {
        var more = new HashSet<>(excluded);
        more.add(new Scope.OfGroupModel(target.key().group(), target.model()));
        return new RequestAttempts(route, terms, estimate, failed, failedAt, conversation, more);
    }

    /// The tokens that the request may use at `provider`: the estimate, or the larger count that a rate limit of
    /// that provider reported. Providers count differently, so counts of other providers are ignored.
    public long estimatedTokensAt(ProviderProfile provider) {
        long tokens = RateLimitStatus.bounded(estimate.reserved(provider.mostReservedPerAnswer()));
        for (FailedAttempt attempt : failedAt(provider.id())) {
            if (attempt.failure() instanceof Failure.RateLimited limited) {
                tokens = Math.max(tokens, limited.requestedTokens());
            }
        }
        return tokens;
    }

    boolean needsLessThanHalfOf(RequestAttempts other, List<ProviderProfile> providers) {
        return providers.stream()
                .allMatch(provider -> 2 * estimatedTokensAt(provider) < other.estimatedTokensAt(provider));
    }

    /// Whether keys may be ready too late for this request, even if not for `other`. That is so if this one needs
    /// more tokens at one of the providers, or may wait less.
    boolean mayWaitInVainBehind(RequestAttempts other, List<ProviderProfile> providers) {
        return terms.waitUntil().isBefore(other.terms.waitUntil())
                || providers.stream()
                        .anyMatch(provider -> estimatedTokensAt(provider) > other.estimatedTokensAt(provider));
    }

    public boolean atStart() {
        return failed.isEmpty();
    }

    /// The fingerprints of the provider's keys that were tried for the model. A reload may assign the slot of a
    /// key to another one.
    ///
    /// @param again omits rate-limited keys, which may be tried again after their limits
    public Set<String> triedAt(ProviderId provider, ModelId model, boolean again) {
        var tried = new HashSet<String>();
        for (FailedAttempt attempt : failedAt(provider)) {
            if (isWith(model, attempt) && !(again && isLimited(attempt))) {
                tried.add(attempt.target().key().fingerprint());
            }
        }
        return tried;
    }

    public int attemptsAt(ProviderId provider, ModelId model) {
        int attempts = 0;
        for (FailedAttempt attempt : failedAt(provider)) {
            attempts += isWith(model, attempt) ? 1 : 0;
        }
        return attempts;
    }

    /// Whether the provider refused the request for this model, so that its other keys would refuse it, too.
    public boolean isRefusedBy(ProviderId provider, ModelId model) {
        return any(
                provider,
                attempt -> isWith(model, attempt)
                        && FailurePolicy.of(attempt.failure()).next() == Next.OTHER_MODEL);
    }

    /// Whether each attempt was refused because of the request itself.
    boolean isRefusedEverywhere() {
        return !atStart()
                && failed.stream()
                        .map(FailedAttempt::target)
                        .allMatch(target -> isRefusedBy(target.provider(), target.model()));
    }

    /// Whether the request may try keys that rate limited it again, after their limits. It may at the end of its wait,
    /// too: a limit may end at the same time.
    public boolean mayRetryLimitedKeys() {
        return failed.size() < MOST_WITH_RETRIES
                && terms.mayWait()
                && failed.stream().anyMatch(RequestAttempts::isLimited);
    }

    /// Whether an attempt of this request, other than a probe, found the provider down or overloaded. The request
    /// then tries this provider last, and ignores its cooldown.
    ///
    /// @param model the model to call: overload of another model does not count
    public boolean sawOutageOfProvider(ProviderId provider, ModelId model) {
        return any(provider, attempt -> !attempt.probe() && isOutageOf(model, attempt));
    }

    /// As [#sawOutageOfProvider], but only for attempts with this model. The request then ignores the cooldown of the
    /// model, too.
    public boolean sawOutageOfModel(ProviderId provider, ModelId model) {
        return any(provider, attempt -> !attempt.probe() && isWith(model, attempt) && isOutageOf(model, attempt));
    }

    /// Whether a probe of the provider by this request failed.
    ///
    /// @param model as in [#sawOutageOfProvider]
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

    /// Whether `failure` may be throttling of this host: a rate limit without a sign that it is the group's own.
    public static boolean mayBeHostThrottling(Failure failure) {
        return failure instanceof Failure.RateLimited limited && !limited.isOfTheGroup();
    }

    private boolean any(ProviderId provider, Predicate<FailedAttempt> wanted) {
        for (FailedAttempt attempt : failedAt(provider)) {
            if (wanted.test(attempt)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLimited(FailedAttempt attempt) {
        return attempt.failure() instanceof Failure.RateLimited;
    }

    private static boolean isWith(ModelId model, FailedAttempt attempt) {
        return attempt.target().model().equals(model);
    }
}
