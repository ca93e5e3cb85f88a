package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides how a request goes on.
///
/// The number of attempts is bounded by the keys that are ready and by the deadline, never by a fixed count
/// of retries.
public final class Failover {

    private Failover() {}

    /// The next step of the request, decided by its arguments alone. Of these only `keys` changes: a key that it
    /// chooses has had its turn.
    public static Step next(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        Step.GiveUp end = end(requestAttempts, keys, now);
        if (end != null) {
            return end;
        }
        return switch (keys.choose(requestAttempts, now)) {
            case Step.Attempt attempt -> attempt;
            case KeySelection.NoneReady none -> {
                Instant until = worthWaitingFor(none, requestAttempts.terms());
                yield until == null ? refuse(requestAttempts, keys, now) : new Step.Wait(until);
            }
        };
    }

    /// The end of the request if it has to end, whichever keys are ready; else null.
    static Step.@Nullable GiveUp end(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        List<FailedAttempt> failed = requestAttempts.failed();
        Failure last = failed.isEmpty() ? null : failed.getLast().failure();
        if (last != null && isFinal(last, requestAttempts)) {
            return new Step.GiveUp(
                    last instanceof Failure.OutOfTime
                            ? new Exhaustion.DeadlinePassed(failed)
                            : new Exhaustion.Stopped(failed));
        }
        if (!now.isBefore(requestAttempts.terms().deadline())) {
            return new Step.GiveUp(new Exhaustion.DeadlinePassed(failed));
        }
        int most = requestAttempts.terms().maxAttempts();
        return most > 0 && failed.size() >= most ? refuse(requestAttempts, keys, now) : null;
    }

    /// The end of a request that would have to wait and may not.
    static Step.GiveUp refuse(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        return new Step.GiveUp(exhaustion(requestAttempts, keys, now));
    }

    private static boolean isFinal(Failure failure, RequestAttempts requestAttempts) {
        boolean fallback = requestAttempts.terms().fallback();
        return switch (FailurePolicy.of(failure).next()) {
            case RETURNED -> true;
            case OTHER_MODEL -> !fallback || requestAttempts.route().single() != null;
            case NEXT_KEY, OTHER_PROVIDER_FIRST -> !fallback;
        };
    }

    /// A probe under way is worth waiting for however long the request waits: its key is not cooling, it is
    /// being asked. A key that is ready before the probe is over ends the wait, too.
    private static @Nullable Instant worthWaitingFor(KeySelection.NoneReady none, RequestTerms requestTerms) {
        Instant readyAt = none.readyAt();
        boolean soon = readyAt != null && !readyAt.isAfter(requestTerms.waitUntil());
        return soon || none.probeEnds() != null
                ? Instants.earlier(requestTerms.deadline(), Instants.earlier(readyAt, none.probeEnds()))
                : null;
    }

    private static Exhaustion exhaustion(RequestAttempts requestAttempts, KeySelector keys, Instant now) {
        Unavailability unavailability = keys.unavailability(requestAttempts, now);
        List<FailedAttempt> failed = requestAttempts.failed();
        Route route = requestAttempts.route();
        if (route.isOfNamedModels() && isByMissingModel(requestAttempts, unavailability, now)) {
            return new Exhaustion.NoSuchModel(requestAttempts.terms().fallback() ? route : route.firstTier(), failed);
        }
        // No target takes the request, now or later: the last refusal is the answer, as it would be had it been named.
        if (requestAttempts.isRefusedEverywhere() && unavailability.isFinal()) {
            return new Exhaustion.Stopped(failed);
        }
        return new Exhaustion.AllFailed(route.onlyProvider(), failed, unavailability);
    }

    /// Whether each key that works at all has no such model. One that is ready was not asked, for want of attempts.
    private static boolean isByMissingModel(
            RequestAttempts requestAttempts, Unavailability unavailability, Instant now) {
        return unavailability.isByMissingModel()
                && now.isBefore(unavailability.readyAt())
                && requestAttempts.failed().stream()
                        .map(attempt -> attempt.failure().kind())
                        .filter(Unavailability::isInThePool)
                        .allMatch(Failure.Kind.MODEL_UNAVAILABLE::equals);
    }
}
