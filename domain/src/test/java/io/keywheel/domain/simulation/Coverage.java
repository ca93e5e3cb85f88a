package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Counts what happened in all runs together: a promise is worth nothing where it was never put to the test.
final class Coverage {

    /// What has to come about again and again.
    enum Sight {
        FIRST_ATTEMPT_ON_PATH_A,
        FIRST_ATTEMPT_ON_PATH_B,
        FALLBACK_ON_PATH_A,
        FALLBACK_ON_PATH_B,
        LAST_RESORT,
        TRIAL_OF_A_KEY,
        TRIAL_OF_A_GROUP,
        TRIAL_OF_A_GROUP_FOR_A_MODEL,
        TRIAL_OF_A_MODEL,
        TRIAL_OF_A_PROVIDER,
        MERGER,
        THROTTLING,
        TAKING_BACK,
        JOINING_OTHERS,
        TOO_LITTLE_LEFT_FOR_ONE_MORE,
        TOO_FEW_LET_IN_FOR_ONE_MORE,
        LET_IN_UNHEARD,
        GIVING_BACK,
        REST_UNTIL_ENOUGH_IS_FILLED,
        REST_UNTIL_ALL_IS_FILLED,
        WAIT,
        GIVING_UP,
        PROMISE_PUT_TO_THE_TEST
    }

    private static final long OFTEN = 100;

    private final Map<Failure.Kind, Long> failures = new EnumMap<>(Failure.Kind.class);
    private final Map<Sight, Long> sights = new EnumMap<>(Sight.class);
    private long steps;

    void step() {
        steps++;
    }

    long steps() {
        return steps;
    }

    void failed(Failure failure) {
        failures.merge(failure.kind(), 1L, Long::sum);
    }

    void decided(RequestTrace requestTrace, Step step) {
        switch (step) {
            case Step.Attempt(var target, var trials, var _, var _, var _) -> {
                boolean first = requestTrace.asked.isEmpty();
                saw(
                        requestTrace.request.route() instanceof Route.NamedModel
                                ? (first ? Sight.FIRST_ATTEMPT_ON_PATH_B : Sight.FALLBACK_ON_PATH_B)
                                : (first ? Sight.FIRST_ATTEMPT_ON_PATH_A : Sight.FALLBACK_ON_PATH_A));
                trials.forEach(scope -> saw(trialOf(scope)));
                if (requestTrace.metTroubleOf(target.provider(), false)) {
                    saw(Sight.LAST_RESORT);
                }
            }
            case Step.Wait _ -> saw(Sight.WAIT);
            case Step.GiveUp _ -> saw(Sight.GIVING_UP);
        }
    }

    private static Sight trialOf(Scope scope) {
        return switch (scope) {
            case Scope.OfKey _ -> Sight.TRIAL_OF_A_KEY;
            case Scope.OfGroup _ -> Sight.TRIAL_OF_A_GROUP;
            case Scope.OfGroupModel _ -> Sight.TRIAL_OF_A_GROUP_FOR_A_MODEL;
            case Scope.OfModel _ -> Sight.TRIAL_OF_A_MODEL;
            case Scope.OfProvider _ -> Sight.TRIAL_OF_A_PROVIDER;
        };
    }

    void saw(Sight sight) {
        sights.merge(sight, 1L, Long::sum);
    }

    /// Whatever failed to come about often enough.
    Set<Enum<?>> missing() {
        Set<Enum<?>> missing = new HashSet<>();
        EnumSet.allOf(Sight.class).stream()
                .filter(sight -> sights.getOrDefault(sight, 0L) < OFTEN)
                .forEach(missing::add);
        EnumSet.allOf(Failure.Kind.class).stream()
                .filter(kind -> failures.getOrDefault(kind, 0L) < OFTEN)
                .forEach(missing::add);
        return missing;
    }

    @Override
    public String toString() {
        return steps + " steps, " + sights + ", " + failures;
    }
}
