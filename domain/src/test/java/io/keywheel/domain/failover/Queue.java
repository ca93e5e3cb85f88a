package io.keywheel.domain.failover;

import io.keywheel.domain.failover.WaitingLine.Turn;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A line before a real wheel, with a clock of its own. Requests are numbers, in order of arrival.
final class Queue {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    static final ModelId BIG = new ModelId("big");
    static final ModelId SMALL = new ModelId("small");
    static final Route ANY = new Route.DefaultModels(null);
    static final Route GROQS_DEFAULT = new Route.DefaultModels(GROQ);
    static final Route BIG_AT_GROQ = new Route.NamedModel(GROQ, BIG);
    static final Route SMALL_AT_GROQ = new Route.NamedModel(GROQ, SMALL);
    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration TIME = Duration.ofMinutes(2);

    private static final double NO_SPREAD = 0.5;

    final Map<Integer, Journey> journeys = new HashMap<>();
    final Map<Integer, Step> steps = new HashMap<>();
    final Wheel wheel;
    final WaitingLine<Integer> line;
    Instant now = START;
    int looks;

    private final KeyChooser counting = new KeyChooser() {
        @Override
        public Choice choose(Journey journey, Instant at) {
            looks++;
            return wheel.choose(journey, at);
        }

        @Override
        public Shortage shortage(Journey journey, Instant at) {
            return wheel.shortage(journey, at);
        }
    };

    Queue(int most, ProviderProfile... providers) {
        this.line = new WaitingLine<>(most);
        this.wheel = new Wheel(List.of(providers));
    }

    static ProviderProfile provider(ProviderId id, int keys) {
        return new ProviderProfile(
                id,
                BIG,
                IntStream.rangeClosed(1, keys)
                        .mapToObj(n -> new PoolKey(new KeySlot(id, n), new QuotaGroup(id, "g" + n), "0000000" + n))
                        .toList());
    }

    static Terms terms(Instant now) {
        return new Limits(0, PATIENCE, 1000, TIME).terms(true, now);
    }

    /// A new request comes; the numbers of those whose turn it is.
    List<Integer> comes(int who, Route route) {
        return comes(who, Journey.begin(route, terms(now)));
    }

    List<Integer> comes(int who, Journey journey) {
        journeys.put(who, journey);
        steps.remove(who);
        return told(line.join(who, who, journey, counting, now));
    }

    List<Integer> passes(Duration time) {
        now = now.plus(time);
        return told(line.due(counting, now));
    }

    List<Integer> answered(int who) {
        return answered(who, Allowance.UNKNOWN);
    }

    List<Integer> answered(int who, Allowance left) {
        wheel.answered(attempt(who), left, now);
        return told(line.reported(counting, now));
    }

    /// The attempt of `who` fails, and it asks what to do next.
    List<Integer> fails(int who, Failure failure) {
        Step.Attempt attempt = attempt(who);
        wheel.failed(attempt, failure, now, NO_SPREAD);
        List<Integer> others = told(line.reported(counting, now));
        List<Integer> after = comes(who, journey(who).failedAt(attempt.failed(failure)));
        return IntStream.concat(others.stream().mapToInt(n -> n), after.stream().mapToInt(n -> n))
                .boxed()
                .toList();
    }

    List<Integer> givesBack(int who) {
        wheel.withdraw(attempt(who), journey(who), now);
        return told(line.rejoin(who, who, journey(who), counting, now));
    }

    List<Integer> leaves(int who) {
        line.leave(who);
        return told(line.reported(counting, now));
    }

    Step.Attempt attempt(int who) {
        return (Step.Attempt) step(who);
    }

    Step step(int who) {
        Step step = steps.get(who);
        if (step == null) {
            throw new AssertionError(who + " waits");
        }
        return step;
    }

    String place(int who) {
        return attempt(who).target().key().slot().toString();
    }

    boolean waits(int who) {
        return !steps.containsKey(who);
    }

    private Journey journey(int who) {
        Journey journey = journeys.get(who);
        if (journey == null) {
            throw new AssertionError("there is no " + who);
        }
        return journey;
    }

    private List<Integer> told(List<Turn<Integer>> turns) {
        turns.forEach(turn -> steps.put(turn.who(), turn.step()));
        return turns.stream().map(Turn::who).toList();
    }

    static Failure limitedFor(Duration time) {
        return new Failure.RateLimited("limited", time, Allowance.UNKNOWN);
    }
}
