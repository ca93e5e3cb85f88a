package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Counts events over all runs, because an invariant that is never at risk proves nothing.
final class Coverage {

    /// Events that must occur often enough.
    enum Sight {
        FIRST_ATTEMPT_AT_A_NAMED_MODEL,
        FIRST_ATTEMPT_AT_ANY_PROVIDER,
        FALLBACK_TO_ANOTHER_KEY,
        FALLBACK_TO_ANOTHER_PROVIDER,
        ATTEMPT_IN_A_LATER_TIER,
        KEY_ASKED_AGAIN,
        CONVERSATION_KEPT,
        PROVIDER_ASKED_AS_LAST_RESORT,
        PROBE,
        MERGED_GROUPS,
        HOST_THROTTLING,
        COOLDOWN_REVERTED,
        SEVERAL_CALLS_IN_FLIGHT,
        BUCKET_TOO_LOW_FOR_ONE_MORE,
        WINDOW_TOO_SMALL_FOR_ONE_MORE,
        ACCEPTED_WITHOUT_A_WORD,
        TOKENS_RETURNED,
        WAIT_FOR_CONTINUOUS_REFILL,
        WAIT_FOR_RESET,
        WAIT,
        GIVING_UP
    }

    private static final long OFTEN = 20;

    private final Map<Enum<?>, Long> counts = new HashMap<>();
    private long steps;

    void step() {
        steps++;
    }

    long steps() {
        return steps;
    }

    void failed(Failure failure) {
        counts.merge(failure.kind(), 1L, Long::sum);
    }

    void saw(Sight sight) {
        counts.merge(sight, 1L, Long::sum);
    }

    void decided(RequestTrace trace, Step step) {
        switch (step) {
            case Step.Attempt attempt -> {
                boolean first = trace.asked.isEmpty();
                saw(
                        isNamed(trace.request.route())
                                ? (first ? Sight.FIRST_ATTEMPT_AT_A_NAMED_MODEL : Sight.FALLBACK_TO_ANOTHER_KEY)
                                : (first ? Sight.FIRST_ATTEMPT_AT_ANY_PROVIDER : Sight.FALLBACK_TO_ANOTHER_PROVIDER));
                attempt.probes().forEach(_ -> saw(Sight.PROBE));
                if (trace.sawOutageOf(
                        attempt.target().provider(), attempt.target().model(), false)) {
                    saw(Sight.PROVIDER_ASKED_AS_LAST_RESORT);
                }
            }
            case Step.Wait _ -> saw(Sight.WAIT);
            case Step.GiveUp _ -> saw(Sight.GIVING_UP);
        }
    }

    private static boolean isNamed(Route route) {
        RouteTarget target = route.single();
        return target != null && target.model() != null;
    }

    /// The events that did not occur often enough.
    List<Enum<?>> missing() {
        return Stream.<Enum<?>>concat(Stream.of(Sight.values()), Stream.of(Failure.Kind.values()))
                .filter(one -> counts.getOrDefault(one, 0L) < OFTEN)
                .toList();
    }

    @Override
    public String toString() {
        return steps + " steps, " + counts;
    }
}
