package io.keywheel.domain.failover;

import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides how a request goes on.
///
/// The number of attempts is bounded by the keys that are ready and by the deadline, never by a fixed count
/// of retries.
public final class Failover {

    private Failover() {}

    /// The next step of `journey`, decided by its arguments alone. Of these only `keys` changes: a key that it
    /// chooses has had its turn.
    public static Step next(Journey journey, KeyChooser keys, Instant now) {
        return goOn(journey, keys, now, () -> choose(journey, keys, now));
    }

    /// The end of `journey` if it has to end, or else `further`.
    static Step goOn(Journey journey, KeyChooser keys, Instant now, Supplier<Step> further) {
        FailedAttempt last = journey.atStart() ? null : journey.failed().getLast();
        if (last != null && last.failure() instanceof Failure.OutOfTime) {
            return new Step.GiveUp(new Exhaustion.DeadlinePassed(journey.failed()));
        }
        if (last != null && isFinal(last.failure(), journey)) {
            return new Step.GiveUp(new Exhaustion.Stopped(last, journey.failed()));
        }
        if (!now.isBefore(journey.terms().deadline())) {
            return new Step.GiveUp(new Exhaustion.DeadlinePassed(journey.failed()));
        }
        if (hasUsedItsAttempts(journey)) {
            return refuse(journey, keys, now);
        }
        return further.get();
    }

    private static Step choose(Journey journey, KeyChooser keys, Instant now) {
        return switch (keys.choose(journey, now)) {
            case Choice.Chosen(var target, var trials) ->
                new Step.Attempt(target, trials, now, journey.needAt(target.provider()), keys.generation());
            case Choice.NoneReady(var readyAt, var trialEnds) -> {
                Instant until = worthWaitingFor(readyAt, trialEnds, journey.terms());
                yield until == null ? refuse(journey, keys, now) : new Step.Wait(until);
            }
        };
    }

    /// The end of a journey that would have to wait and may not.
    static Step.GiveUp refuse(Journey journey, KeyChooser keys, Instant now) {
        return new Step.GiveUp(exhaustion(journey, keys, now));
    }

    private static boolean isFinal(Failure failure, Journey journey) {
        return switch (failure) {
            case Failure.Rejected _, Failure.Interrupted _, Failure.Cancelled _, Failure.OutOfTime _ -> true;
            case Failure.TooLarge _, Failure.Unsupported _ ->
                !journey.terms().fallback() || onlyProvider(journey.route()) != null;
            case Failure.RateLimited _,
                    Failure.Overloaded _,
                    Failure.KeyRefused _,
                    Failure.AccountBlocked _,
                    Failure.ModelUnavailable _,
                    Failure.Unavailable _,
                    Failure.TimedOut _,
                    Failure.Unattributed _,
                    Failure.EmptyReply _ -> !journey.terms().fallback();
        };
    }

    private static @Nullable ProviderId onlyProvider(Route route) {
        return switch (route) {
            case Route.NamedModel(var provider, var _) -> provider;
            case Route.DefaultModels(var only) -> only;
        };
    }

    private static boolean hasUsedItsAttempts(Journey journey) {
        int most = journey.terms().maxAttempts();
        return most > 0 && journey.failed().size() >= most;
    }

    /// A trial under way is worth waiting for whatever the request's patience: its key is not cooling, it is
    /// being asked. Whoever waits anyhow also wants to hear of a key that is ready before the trial is over.
    private static @Nullable Instant worthWaitingFor(
            @Nullable Instant readyAt, @Nullable Instant trialEnds, Terms terms) {
        boolean soon = readyAt != null && !readyAt.isAfter(terms.patience());
        return soon || trialEnds != null
                ? Stream.of(readyAt, trialEnds, terms.deadline())
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .get()
                : null;
    }

    private static Exhaustion exhaustion(Journey journey, KeyChooser keys, Instant now) {
        Shortage shortage = keys.shortage(journey, now);
        return switch (journey.route()) {
            case Route.NamedModel(var provider, var model) ->
                isByMissingModel(journey, shortage)
                        ? new Exhaustion.NoSuchModel(provider, model, journey.failed())
                        : new Exhaustion.AllKeysFailed(provider, journey.failed(), shortage);
            case Route.DefaultModels(var only)
            when only != null -> new Exhaustion.AllKeysFailed(only, journey.failed(), shortage);
            case Route.DefaultModels _ ->
                isRefusedByAll(journey, shortage)
                        ? new Exhaustion.Stopped(journey.failed().getLast(), journey.failed())
                        : new Exhaustion.AllProvidersFailed(journey.failed(), shortage);
        };
    }

    private static boolean isByMissingModel(Journey journey, Shortage shortage) {
        return shortage.isByMissingModel()
                && journey.failed().stream().allMatch(attempt -> attempt.failure() instanceof Failure.ModelUnavailable);
    }

    /// Nobody could take the request, now or later: the last refusal is the answer, as it would be had the
    /// provider been named.
    private static boolean isRefusedByAll(Journey journey, Shortage shortage) {
        return !journey.atStart()
                && Stream.concat(
                                journey.failed().stream()
                                        .map(attempt -> attempt.target().provider()),
                                shortage.providersToComeBack())
                        .allMatch(journey::isRefusedBy);
    }
}
