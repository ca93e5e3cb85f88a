package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.Backoff.ACCOUNT;
import static io.keywheel.domain.failover.Backoff.LOAD;
import static io.keywheel.domain.failover.Backoff.MISSING_MODEL;
import static io.keywheel.domain.failover.Backoff.NONE;
import static io.keywheel.domain.failover.Backoff.OUTAGE;
import static io.keywheel.domain.failover.Backoff.RATE_LIMIT;
import static io.keywheel.domain.failover.FailurePolicy.Next.NEXT_KEY;
import static io.keywheel.domain.failover.FailurePolicy.Next.OTHER_MODEL;
import static io.keywheel.domain.failover.FailurePolicy.Next.OTHER_PROVIDER_FIRST;
import static io.keywheel.domain.failover.FailurePolicy.Next.RETURNED;
import static io.keywheel.domain.failover.FailurePolicy.Provider.DID_NOT_SERVE;
import static io.keywheel.domain.failover.FailurePolicy.Provider.MAY_HAVE_WORKED;
import static io.keywheel.domain.failover.FailurePolicy.Provider.REFUSED;
import static io.keywheel.domain.failover.Scope.Kind.GROUP;
import static io.keywheel.domain.failover.Scope.Kind.GROUP_MODEL;
import static io.keywheel.domain.failover.Scope.Kind.KEY;
import static io.keywheel.domain.failover.Scope.Kind.MODEL;
import static io.keywheel.domain.failover.Scope.Kind.NOTHING;
import static io.keywheel.domain.failover.Scope.Kind.PROVIDER;

import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;

/// What a failure means: the table in `docs/rotation.md`, as code.
///
/// @param kind what users see
/// @param scope what cools down
/// @param backoff for how long
/// @param provider what the provider did with the attempt
/// @param next the next step of a request that allows fallback
public record FailurePolicy(Failure.Kind kind, Scope.Kind scope, Backoff backoff, Provider provider, Next next) {

    /// What the provider did with the attempt. Only one that it may have worked on may have cost tokens.
    public enum Provider {
        /// The provider works, and refused the attempt.
        REFUSED,
        /// The provider was unreachable or overloaded, perhaps only briefly, or nothing was sent.
        DID_NOT_SERVE,
        MAY_HAVE_WORKED
    }

    /// The next step of a request that allows fallback.
    public enum Next {
        /// Try the next key.
        NEXT_KEY,
        /// Try the keys of other providers, then those of this one.
        OTHER_PROVIDER_FIRST,
        /// Try another target of the route, which may be the same model at another provider: other keys of this
        /// target would refuse the request again.
        OTHER_MODEL,
        /// Never retried: the failure is returned to the client.
        RETURNED
    }

    public static FailurePolicy of(Failure failure) {
        return switch (failure) {
            case Failure.RateLimited _ -> row(Kind.RATE_LIMITED, GROUP_MODEL, RATE_LIMIT, REFUSED, NEXT_KEY);
            case Failure.Overloaded _ -> row(Kind.OVERLOADED, MODEL, LOAD, DID_NOT_SERVE, OTHER_PROVIDER_FIRST);
            case Failure.KeyRefused _ -> row(Kind.KEY_REFUSED, KEY, ACCOUNT, REFUSED, NEXT_KEY);
            case Failure.AccountBlocked _ -> row(Kind.ACCOUNT_BLOCKED, GROUP, ACCOUNT, REFUSED, NEXT_KEY);
            case Failure.ModelUnavailable _ ->
                row(Kind.MODEL_UNAVAILABLE, GROUP_MODEL, MISSING_MODEL, REFUSED, NEXT_KEY);
            case Failure.Unavailable _ -> row(Kind.UNAVAILABLE, PROVIDER, OUTAGE, DID_NOT_SERVE, OTHER_PROVIDER_FIRST);
            case Failure.TimedOut _ -> row(Kind.TIMED_OUT, PROVIDER, OUTAGE, MAY_HAVE_WORKED, OTHER_PROVIDER_FIRST);
            case Failure.EmptyReply _ -> row(Kind.EMPTY_REPLY, NOTHING, NONE, MAY_HAVE_WORKED, NEXT_KEY);
            // Users see an unavailable provider: it gave no answer.
            case Failure.Unattributed _ -> row(Kind.UNAVAILABLE, NOTHING, NONE, MAY_HAVE_WORKED, NEXT_KEY);
            case Failure.NotSent _ -> row(Kind.UNAVAILABLE, NOTHING, NONE, DID_NOT_SERVE, NEXT_KEY);
            case Failure.TooLarge _ -> row(Kind.TOO_LARGE, NOTHING, NONE, REFUSED, OTHER_MODEL);
            case Failure.Unsupported(var _, boolean sent) ->
                row(Kind.UNSUPPORTED, NOTHING, NONE, sent ? REFUSED : DID_NOT_SERVE, OTHER_MODEL);
            case Failure.Rejected _ -> row(Kind.REJECTED, NOTHING, NONE, REFUSED, RETURNED);
            case Failure.Interrupted _ -> row(Kind.INTERRUPTED, NOTHING, NONE, MAY_HAVE_WORKED, RETURNED);
            case Failure.Cancelled _ -> row(Kind.CANCELLED, NOTHING, NONE, MAY_HAVE_WORKED, RETURNED);
            case Failure.OutOfTime _ -> row(Kind.OUT_OF_TIME, NOTHING, NONE, MAY_HAVE_WORKED, RETURNED);
        };
    }

    private static FailurePolicy row(Kind kind, Scope.Kind scope, Backoff backoff, Provider provider, Next next) {
        return new FailurePolicy(kind, scope, backoff, provider, next);
    }

    /// How long the scope of `failure` cools down: [Failure#requestedPause] within the bounds of the backoff,
    /// else the growing pause of the backoff. The other arguments are as in [Backoff#pause].
    public static Duration pause(Failure failure, int level, double chance) {
        return of(failure).backoff().pause(failure.requestedPause().orElse(null), level, chance);
    }

    /// Whether `failure` may be over before its cooldown. A request without an alternative may then probe early.
    public static boolean mayBeTransient(Failure failure) {
        return of(failure).provider() == DID_NOT_SERVE && failure.retryAfter() == null;
    }
}
