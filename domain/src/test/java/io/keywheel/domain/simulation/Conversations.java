package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.simulation.Oracle.Standing;
import io.keywheel.domain.simulation.Oracle.View;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks that a first attempt prefers the group that answered its conversation last, unless a rule forbids it.
final class Conversations {

    static final Duration KEPT = Duration.ofMinutes(2);

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /// Twice the smallest possible fair share, so this number of first attempts is always allowed.
    private static final int NEVER_TOO_MANY = 2;

    private record Subject(long conversation, ProviderId provider, ModelId model) {}

    private record Home(PoolKey key, ModelId model, Instant until) {}

    private record First(PoolKey key, ModelId model, Instant at) {}

    private final ReferenceModel referenceModel;
    private final Map<Subject, Home> homes = new HashMap<>();
    private final Deque<First> firsts = new ArrayDeque<>();

    Conversations(ReferenceModel referenceModel) {
        this.referenceModel = referenceModel;
    }

    void answered(SimulatedRequest simulated, SimulatedAttempt asked, Instant now) {
        homes.put(subject(simulated, asked.key(), asked.model()), new Home(asked.key(), asked.model(), now.plus(KEPT)));
    }

    private static Subject subject(SimulatedRequest simulated, PoolKey key, ModelId model) {
        return new Subject(simulated.request.conversation(), key.provider(), model);
    }

    /// The last answer of the conversation; null without one.
    private @Nullable Home last(SimulatedRequest simulated, List<View> views) {
        return views.stream()
                .map(view -> subject(simulated, view.key(), view.model()))
                .flatMap(subject -> Stream.ofNullable(homes.get(subject)))
                .max(Comparator.comparing(Home::until))
                .orElse(null);
    }

    /// Checks a first attempt.
    void judge(SimulatedRequest simulated, View chosen, List<View> views, Instant now) {
        Home home = last(simulated, views);
        if (home != null && now.isBefore(home.until()) && mayHaveMore(home, now)) {
            boolean canBeAsked = views.stream()
                    .anyMatch(view -> view.standing() == Standing.READY
                            && view.tier() == chosen.tier()
                            && isOf(home, view.key(), view.model())
                            && referenceModel
                                    .toBeProbed(view.key(), view.model(), false, now)
                                    .isEmpty());
            if (canBeAsked && !isOf(home, chosen.key(), chosen.model())) {
                throw Invariant.KEEPS_CONVERSATIONS.violatedBy(
                        simulated + " asks " + chosen + " rather than a key of the group of " + home);
            }
        }
        firsts.add(new First(chosen.key(), chosen.model(), now));
    }

    private boolean mayHaveMore(Home home, Instant now) {
        firsts.removeIf(first -> !now.isBefore(first.at().plus(A_MINUTE)));
        return firsts.stream()
                        .filter(first -> isOf(home, first.key(), first.model()))
                        .count()
                <= NEVER_TOO_MANY;
    }

    private boolean isOf(Home home, PoolKey key, ModelId model) {
        return model.equals(home.model()) && referenceModel.group(key).equals(referenceModel.group(home.key()));
    }
}
