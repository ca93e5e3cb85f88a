package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why an attempt failed. Adapters derive it from the provider's response; the core decides by its type.
///
/// Messages come from the provider, with every key masked. They are meant for clients; no decision depends on
/// them. A cooldown or an attempt is logged with the [#cause] alone, a failed request for models with the message.
public sealed interface Failure {

    /// The quota of the key's group is used up for this model.
    ///
    /// @param retryAfter the pause that the provider asks for; null for none. The constructor drops a zero or
    ///     past one
    /// @param organisation the owner of the quota; null if the provider names none
    /// @param showsOwnLimit whether the response shows that the limit is the group's own: it has counters, names
    ///     the quota, or has a retry time
    /// @param requestedTokens the request's tokens as counted by the provider; 0 if not reported
    record RateLimited(
            String message,
            @Nullable Duration retryAfter,
            RateLimitStatus status,
            @Nullable String organisation,
            boolean showsOwnLimit,
            long requestedTokens)
            implements Failure {

        public RateLimited {
            Objects.requireNonNull(status);
            retryAfter = ifAny(retryAfter);
            requestedTokens = RateLimitStatus.bounded(requestedTokens);
        }

        /// A rate limit without further details. It counts as the group's own if it has a retry time.
        public RateLimited(String message, @Nullable Duration retryAfter, RateLimitStatus status) {
            this(message, retryAfter, status, null, ifAny(retryAfter) != null, 0);
        }

        public RateLimited withStatus(RateLimitStatus remaining) {
            return new RateLimited(message, retryAfter, remaining, organisation, showsOwnLimit, requestedTokens);
        }

        /// Whether the response shows that the quota group reached its limit. Otherwise, the provider may be limiting
        /// all requests of this host, with any key.
        public boolean isOfTheGroup() {
            return showsOwnLimit || status.hasEmptyBucket();
        }

        /// A copy for a request of `tokens`. Without a retry time and an empty bucket in the response, the limit
        /// lasts until the buckets that hold fewer tokens refill, and counts as the group's own. Without such
        /// buckets, the limit stays unchanged.
        public RateLimited forRequestOf(long tokens) {
            return retryAfter != null || status.hasEmptyBucket()
                    ? this
                    : status.resetFor(tokens)
                            .map(wait -> new RateLimited(message, wait, status, organisation, true, requestedTokens))
                            .orElse(this);
        }

        /// The requested pause, else the time until the empty buckets refill.
        @Override
        public Optional<Duration> requestedPause() {
            return Optional.ofNullable(retryAfter).or(() -> status.resetFor(0)).filter(Duration::isPositive);
        }
    }

    /// The provider is overloaded for this model, regardless of the key.
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
    /// @param cause as in [Failure#cause]
    record Unavailable(String message, @Nullable Duration retryAfter, String cause) implements Failure {
        public Unavailable {
            retryAfter = ifAny(retryAfter);
        }

        /// With a message that may be the provider's.
        public Unavailable(String message, @Nullable Duration retryAfter) {
            this(message, retryAfter, "");
        }

        /// With a message that has no word of the provider.
        public static Unavailable because(String cause) {
            return new Unavailable(cause, null, cause);
        }
    }

    /// The provider did not connect, or did not begin to answer, in time.
    ///
    /// @param message without a word of the provider, because it is the [#cause], too
    record TimedOut(String message) implements Failure {
        @Override
        public String cause() {
            return message;
        }
    }

    /// The answer ended properly, without content.
    record EmptyReply(String message) implements Failure {}

    /// The attempt failed without a sign that the provider, a key or a model is at fault. For example, its adapter
    /// threw an exception, or the memory for answers was used up.
    record Unattributed(String message) implements Failure {}

    /// The request was not sent: the system permits this process no further socket.
    record NotSent(String message) implements Failure {}

    /// The request is larger than this provider accepts.
    record TooLarge(UpstreamError upstreamError) implements RequestRefused {}

    /// The request has a property, or a value of one, that this provider does not support.
    ///
    /// @param sent whether the provider refused the request; false if its adapter did, and sent nothing
    record Unsupported(UpstreamError upstreamError, boolean sent) implements RequestRefused {

        /// A request that the provider refused.
        public Unsupported(UpstreamError upstreamError) {
            this(upstreamError, true);
        }
    }

    /// The request is invalid for any provider.
    record Rejected(UpstreamError upstreamError) implements RequestRefused {}

    /// The answer broke off after its first content.
    ///
    /// @param cause as in [Failure#cause]
    record Interrupted(String message, String cause) implements Failure {
        public Interrupted(String message) {
            this(message, "");
        }

        /// By a failure whose kind is not shown. So the kind is the cause if the failure has no other.
        public static Interrupted by(Failure failure) {
            String cause = failure.cause();
            return new Interrupted(
                    failure.message(), cause.isEmpty() ? failure.kind().label() : cause);
        }
    }

    /// The client disconnected.
    record Cancelled() implements Failure {
        @Override
        public String message() {
            return "the request was cancelled";
        }
    }

    /// The request's deadline passed before a timeout of the attempt.
    record OutOfTime() implements Failure {
        @Override
        public String message() {
            return "the request's deadline passed";
        }
    }

    /// A description for clients.
    String message();

    /// Why, for the log: without a word of the provider, which may repeat a prompt. Empty if the kind says it all.
    default String cause() {
        return "";
    }

    /// The pause that the provider asks for; null for none.
    default @Nullable Duration retryAfter() {
        return null;
    }

    /// The pause that the response requests or implies.
    default Optional<Duration> requestedPause() {
        return Optional.ofNullable(retryAfter());
    }

    /// The provider, or its adapter, refused the request itself.
    sealed interface RequestRefused extends Failure {
        @Override
        UpstreamError upstreamError();

        @Override
        default String message() {
            return upstreamError().message();
        }
    }

    /// The provider's error response to the request itself; null for other failures.
    default @Nullable UpstreamError upstreamError() {
        return null;
    }

    private static @Nullable Duration ifAny(@Nullable Duration wait) {
        return wait != null && wait.isPositive() ? wait : null;
    }

    default Kind kind() {
        return FailurePolicy.of(this).kind();
    }

    /// The kinds of failure, for metrics and for users.
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
