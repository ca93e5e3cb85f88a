package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why an attempt brought no answer. Adapters read it from the provider's answer; the core decides by its type.
///
/// Messages are the upstream's words with every key masked: fit for a caller's eyes, not for decisions.
public sealed interface Failure {

    /// The quota of the key's group is used up for this model.
    ///
    /// @param retryAfter how long to send no requests, as far as the upstream said; null also for a time of zero,
    ///     or in the past
    /// @param organisation the owner of the quota; null where the upstream named none
    /// @param shown whether the upstream showed that it is the limit of just this group: it gave counters, named
    ///     the quota, or said when the limit ends
    /// @param requested the tokens of the request by the upstream's count; 0 where it did not say
    record RateLimited(
            String message,
            @Nullable Duration retryAfter,
            RateLimitStatus status,
            @Nullable String organisation,
            boolean shown,
            long requested)
            implements Failure {

        public RateLimited {
            Objects.requireNonNull(status);
            retryAfter = ifAny(retryAfter);
            requested = RateLimitStatus.bounded(requested);
        }

        /// A limit of which the provider says at most when it ends.
        public RateLimited(String message, @Nullable Duration retryAfter, RateLimitStatus status) {
            this(message, retryAfter, status, null, ifAny(retryAfter) != null, 0);
        }

        /// Whether there is a sign that it is the limit of the key's own group, and not one of this host.
        public boolean isOfTheGroup() {
            return shown || status.isSpent();
        }

        /// The same for a request of so many tokens. If the upstream did not say when the limit ends, it ends
        /// when the buckets are filled that are too low for that request.
        public RateLimited forRequestOf(long tokens) {
            return retryAfter != null || status.isSpent()
                    ? this
                    : status.shortFor(tokens)
                            .map(wait -> new RateLimited(message, wait, status, organisation, true, requested))
                            .orElse(this);
        }

        /// What the upstream asked for, else the time until the empty buckets are filled.
        @Override
        public Optional<Duration> requestedPause() {
            return Optional.ofNullable(retryAfter).or(() -> status.shortFor(0)).filter(Duration::isPositive);
        }
    }

    /// The provider has too much to do for this model; no key is to blame.
    ///
    /// @param retryAfter as in [RateLimited]
    record Overloaded(String message, @Nullable Duration retryAfter) implements Failure {
        public Overloaded {
            retryAfter = ifAny(retryAfter);
        }
    }

    /// The key is not, or no longer, valid.
    record KeyRefused(String message) implements Failure {}

    /// The account behind the key is closed, unpaid or over its spending limit.
    record AccountBlocked(String message) implements Failure {}

    /// The account cannot use this model, or there is no such model.
    record ModelUnavailable(UpstreamError upstreamError) implements RequestRefused {}

    /// The provider cannot be reached or is broken.
    ///
    /// @param retryAfter as in [RateLimited]
    record Unavailable(String message, @Nullable Duration retryAfter) implements Failure {
        public Unavailable {
            retryAfter = ifAny(retryAfter);
        }
    }

    /// The provider did not connect, or did not begin to answer, in time.
    record TimedOut(String message) implements Failure {}

    /// The provider ended its answer properly and said nothing.
    record EmptyReply(String message) implements Failure {}

    /// The attempt failed without a sign that the provider, a key or a model is at fault. For example, its adapter
    /// threw an exception, or the memory for answers was used up.
    record Unattributed(String message) implements Failure {}

    /// The request is larger than this provider takes.
    record TooLarge(UpstreamError upstreamError) implements RequestRefused {}

    /// The request has something in it that this provider does not know.
    record Unsupported(UpstreamError upstreamError) implements RequestRefused {}

    /// The request is wrong, for this provider as for any other.
    record Rejected(UpstreamError upstreamError) implements RequestRefused {}

    /// The answer broke off after its first content.
    record Interrupted(String message) implements Failure {}

    /// The client disconnected.
    record Cancelled() implements Failure {
        @Override
        public String message() {
            return "the request was cancelled";
        }
    }

    /// The request's own deadline came before any of the provider's.
    record OutOfTime() implements Failure {
        @Override
        public String message() {
            return "the request's deadline passed";
        }
    }

    /// What happened, in words for a caller.
    String message();

    /// How long the upstream asked to stay away; null where it did not.
    default @Nullable Duration retryAfter() {
        return null;
    }

    /// How long the upstream wants no requests; empty where it did not say.
    default Optional<Duration> requestedPause() {
        return Optional.ofNullable(retryAfter());
    }

    /// The provider answered the request itself with an error.
    sealed interface RequestRefused extends Failure {
        @Override
        UpstreamError upstreamError();

        @Override
        default String message() {
            return upstreamError().message();
        }
    }

    /// The provider's answer to the request itself; null where there is none.
    default @Nullable UpstreamError upstreamError() {
        return null;
    }

    private static @Nullable Duration ifAny(@Nullable Duration wait) {
        return wait != null && wait.isPositive() ? wait : null;
    }

    default Kind kind() {
        return FailurePolicy.of(this).kind();
    }

    /// The kinds by name, for counting and for showing.
    enum Kind {
        RATE_LIMITED,
        OVERLOADED,
        KEY_REFUSED,
        ACCOUNT_BLOCKED,
        MODEL_UNAVAILABLE,
        UNAVAILABLE,
        TIMED_OUT,
        EMPTY_REPLY,
        TOO_LARGE,
        UNSUPPORTED,
        REJECTED,
        INTERRUPTED,
        CANCELLED,
        OUT_OF_TIME;

        /// As users see it: `rate_limited`.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
