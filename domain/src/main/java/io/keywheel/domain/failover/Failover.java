package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides the next step of a request.
///
/// The ready keys and the deadline bound the number of attempts. So do the setting, if there is one, and a fixed
/// bound for a request that asks rate-limited keys again.
public final class Failover {

    private Failover() {}

    /// The next step of the request. It depends on the arguments alone. Only `keys` is modified: choosing a key
    /// uses its turn.
    public static Step next(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        Step.GiveUp end = endIfOver(requestAttempts, keys, now);
        if (end != null) {
            return end;
        }
        return switch (keys.choose(requestAttempts, now)) {
            case Step.Attempt attempt -> attempt;
            case KeySelector.NoneReady none -> {
                Instant until = worthWaitingFor(none, requestAttempts.terms());
                yield until == null ? refuse(requestAttempts, keys, now) : new Step.Wait(until);
            }
        };
    }

    /// The end of a request whose last failure is final, whose deadline has passed, or whose attempts are used
    /// up. Null if another attempt is allowed.
    static Step.@Nullable GiveUp endIfOver(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        List<FailedAttempt> failed = requestAttempts.failed();
        Failure last = failed.isEmpty() ? null : failed.getLast().failure();
        if (last != null && isFinal(last, requestAttempts)) {
            return new Step.GiveUp(
                    last instanceof Failure.OutOfTime ? new Exhaustion.DeadlinePassed() : new Exhaustion.Stopped());
        }
        if (!now.isBefore(requestAttempts.terms().deadline())) {
            return new Step.GiveUp(new Exhaustion.DeadlinePassed());
        }
        int most = requestAttempts.terms().maxAttempts();
        if (most == 0 || failed.size() < most) {
            return null;
        }
        if (keys.choose(requestAttempts, now) instanceof Step.Attempt ready) {
            keys.withdraw(ready, requestAttempts, now);
            return new Step.GiveUp(exhaustion(requestAttempts, keys, true, now));
        }
        return refuse(requestAttempts, keys, now);
    }

    /// The end of a request that would have to wait, but may not.
    static Step.GiveUp refuse(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        return new Step.GiveUp(exhaustion(requestAttempts, keys, false, now));
    }

    private static boolean isFinal(Failure failure, RequestAttempts requestAttempts) {
        boolean fallback = requestAttempts.terms().fallback();
        return switch (FailurePolicy.of(failure).next()) {
            case RETURNED -> true;
            case OTHER_MODEL -> !fallback || requestAttempts.route().single() != null;
            case NEXT_KEY, OTHER_PROVIDER_FIRST -> !fallback;
        };
    }

    /// Until when the request waits; null if it may not wait. A request may always wait for the outcome of a
    /// probe, regardless of `waitUntil`. A key that is ready sooner ends the wait.
    private static @Nullable Instant worthWaitingFor(KeySelector.NoneReady none, RequestTerms requestTerms) {
        Instant readyAt = none.readyAt();
        boolean soon = readyAt != null && !readyAt.isAfter(requestTerms.waitUntil());
        return soon || none.probeEnds() != null
                ? Instants.earlier(requestTerms.deadline(), Instants.earlier(readyAt, none.probeEnds()))
                : null;
    }

    /// @param outOfAttempts whether a key is ready, but no attempt is left
    private static Exhaustion exhaustion(
            RequestAttempts requestAttempts, KeySelector keys, boolean outOfAttempts, Instant now) {
        Unavailability unavailability = keys.unavailability(requestAttempts, now);
        Route route = requestAttempts.route();
        if (route.isOfNamedModels() && isModelMissingEverywhere(requestAttempts, unavailability, now)) {
            return new Exhaustion.NoSuchModel(requestAttempts.terms().fallback() ? route : route.firstTier());
        }
        // The tried targets refused the request itself, and no other key works at all. So the last refusal is
        // returned.
        if (!outOfAttempts && requestAttempts.isRefusedEverywhere() && unavailability.isFinal()) {
            return new Exhaustion.Stopped();
        }
        return new Exhaustion.AllFailed(route.onlyProvider(), unavailability, outOfAttempts);
    }

    /// Whether no working key has a model of the route. A key that is ready, but was not tried for lack of
    /// attempts, may have one.
    private static boolean isModelMissingEverywhere(
            RequestAttempts requestAttempts, Unavailability unavailability, Instant now) {
        return unavailability.isModelMissingEverywhere()
                && now.isBefore(unavailability.readyAt())
                && requestAttempts.failed().stream()
                        .map(attempt -> attempt.failure().kind())
                        .filter(Unavailability::leavesKeyUsable)
                        .allMatch(Failure.Kind.MODEL_UNAVAILABLE::equals);
    }
}
