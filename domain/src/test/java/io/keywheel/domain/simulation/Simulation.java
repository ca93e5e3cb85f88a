package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Limits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Promise.Violation;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Request;
import io.keywheel.domain.simulation.Trip.Asked;
import io.keywheel.domain.simulation.Upstream.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs a scenario in virtual time: one event after the other, no threads, no sleep.
final class Simulation {

    /// Whoever is under way past its deadline is stopped a little after it.
    private static final Duration LATE = Duration.ofMillis(3);

    private record Event(Instant at, int number, Runnable action) {}

    private final Scenario scenario;
    private final Rotation rotation;
    private final Story story;
    private final Referee referee;
    private final Upstream upstream;
    private final Coverage coverage;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingInt(Event::number));
    private final List<Trip> waiting = new ArrayList<>();
    private Instant now = Scenario.START;
    private Instant lastMoment = Instant.MIN;
    private int scheduled;
    private int promises;
    private boolean over;

    private Simulation(Scenario scenario, Rotation rotation, Story story, Coverage coverage) {
        this.scenario = scenario;
        this.rotation = rotation;
        this.story = story;
        this.coverage = coverage;
        this.referee = new Referee(scenario.pool(), coverage);
        this.upstream = new Upstream(scenario);
    }

    /// Runs `scenario` until a promise is broken, if any is.
    static @Nullable Violation run(
            Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations, Story story, Coverage coverage) {
        try {
            new Simulation(scenario, rotations.apply(scenario.pool()), story, coverage).run();
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }

    private void run() {
        story.begins(scenario);
        scenario.requests().forEach(request -> at(request.at(), () -> arrive(request)));
        while (!events.isEmpty() && !over) {
            Event event = events.remove();
            now = event.at().isAfter(now) ? event.at() : now;
            coverage.step();
            event.action().run();
        }
    }

    private void at(Instant when, Runnable action) {
        events.add(new Event(when, scheduled++, action));
    }

    private void arrive(Request request) {
        var trip = new Trip(request, now);
        story.tells(now, () -> Story.arrival(trip));
        goOn(trip);
    }

    private void goOn(Trip trip) {
        if (over) {
            return;
        }
        trip.decisions++;
        tick();
        Step step = rotation.next(trip.journey, now);
        story.tells(now, () -> Story.decision(trip, step));
        referee.judge(trip, step, now);
        coverage.decided(trip, step);
        trip.waits = false;
        switch (step) {
            case Step.Attempt attempt -> ask(trip, attempt);
            case Step.Wait(var until) -> await(trip, until);
            case Step.GiveUp(var exhaustion) -> {
                if (isPromise(exhaustion) && ++promises == scenario.probe()) {
                    comeBack(trip);
                }
            }
        }
    }

    private void ask(Trip trip, Step.Attempt attempt) {
        var asked = new Asked(attempt, trip.deadline());
        Fate fate = trip.request.fate(trip.asked.size());
        trip.asked.add(asked);
        referee.known.asks(asked);
        Outcome outcome = upstream.ask(attempt, fate, now);
        Duration whole = fate.latency();
        Instant latest = trip.deadline().plus(LATE);
        Failure failure = outcome.failure();
        boolean begins = fate.streamed() && (failure == null || failure instanceof Failure.Interrupted);
        if (begins && now.plus(whole.dividedBy(2)).isBefore(latest)) {
            at(now.plus(whole.dividedBy(2)), () -> answering(trip, asked));
        }
        if (now.plus(whole).isAfter(latest)) {
            Failure cut = begins ? new Failure.Interrupted("deadline") : new Failure.OutOfTime();
            at(latest, () -> fail(trip, asked, cut, fate));
        } else if (failure != null) {
            at(now.plus(whole), () -> fail(trip, asked, failure, fate));
        } else {
            at(now.plus(whole), () -> answer(trip, asked, outcome, fate));
        }
    }

    private void answering(Trip trip, Asked asked) {
        tick();
        story.tells(now, () -> trip + " is being answered by " + asked.key().slot());
        rotation.answering(asked.attempt, now);
        referee.known.answering(asked, now);
        endReport(asked);
    }

    private void answer(Trip trip, Asked asked, Outcome outcome, Fate fate) {
        tick();
        story.tells(now, () -> trip + " is answered by " + asked.key().slot() + Story.left(outcome.allowance()));
        asked.spends(1, fate.spent(asked.attempt.need()));
        rotation.answered(asked.attempt, outcome.allowance(), asked.spentTokens, now);
        referee.known.answered(asked, outcome.allowance(), now);
        endReport(asked);
    }

    private void fail(Trip trip, Asked asked, Failure failure, Fate fate) {
        tick();
        story.tells(now, () -> trip + " fails at " + asked.key().slot() + ": " + Story.failure(failure));
        coverage.failed(failure);
        asked.failure = failure;
        long spent = fate.spent(asked.attempt.need());
        asked.spends(isARefusal(failure) ? 0 : 1, isARefusal(failure) ? 0 : spent);
        rotation.failed(asked.attempt, failure, spent, now, fate.chance());
        referee.known.failed(asked, failure, now, fate.chance());
        trip.journey = trip.journey.failedAt(asked.attempt.failed(failure));
        endReport(asked);
        goOn(trip);
    }

    /// Whether the provider spent nothing on it.
    private static boolean isARefusal(Failure failure) {
        return switch (failure.kind()) {
            case RATE_LIMITED,
                    OVERLOADED,
                    KEY_REFUSED,
                    ACCOUNT_BLOCKED,
                    MODEL_UNAVAILABLE,
                    UNAVAILABLE,
                    TOO_LARGE,
                    UNSUPPORTED,
                    REJECTED -> true;
            case TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> false;
        };
    }

    /// No two things fall on one moment: which came first would be anybody's guess.
    private void tick() {
        if (!now.isAfter(lastMoment)) {
            now = lastMoment.plusNanos(1);
        }
        lastMoment = now;
    }

    private void endReport(Asked asked) {
        referee.turns.noteRest(asked, now);
        var target = asked.attempt.target();
        var route = new Route.NamedModel(target.provider(), target.model());
        judgeMemory(route, asked.attempt.need());
        // What comes back shows to those that need more.
        for (long need = 50; asked.spentTokens < asked.attempt.need() && need < 2_000; need *= 3) {
            judgeMemory(route, need);
        }
        List.copyOf(waiting).forEach(this::askAgain);
    }

    private void judgeMemory(Route.NamedModel route, long need) {
        referee.judgeMemory(route, need, rotation.shortage(newcomer(route, need, now), now), now);
    }

    private void await(Trip trip, Instant until) {
        trip.waits = true;
        waiting.add(trip);
        int decision = trip.decisions;
        at(until, () -> {
            if (trip.decisions == decision) {
                askAgain(trip);
            }
        });
        if (++promises == scenario.probe()) {
            seeIfItIsServed(trip, until);
        }
    }

    private void askAgain(Trip trip) {
        if (trip.waits) {
            waiting.remove(trip);
            goOn(trip);
        }
    }

    private static boolean isPromise(Exhaustion exhaustion) {
        return exhaustion instanceof Exhaustion.AllKeysFailed || exhaustion instanceof Exhaustion.AllProvidersFailed;
    }

    /// Nothing else happens to one that waits.
    private void seeIfItIsServed(Trip trip, Instant until) {
        over = true;
        coverage.saw(Coverage.Sight.PROMISE_PUT_TO_THE_TEST);
        boolean exact = !referee.isForACrowd(trip, now);
        if (exact && !(rotation.next(trip.journey, until.minusNanos(1)) instanceof Step.Wait)) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(trip + " need not have waited until " + until);
        }
        boolean forAnOutcome = referee.isForAnOutcome(trip, now);
        Step step = rotation.next(trip.journey, until);
        referee.judge(trip, step, until);
        boolean kept = switch (step) {
            case Step.Attempt _ -> true;
            case Step.Wait _ -> forAnOutcome || referee.isForAnOutcome(trip, until);
            case Step.GiveUp(var exhaustion) -> forAnOutcome || exhaustion instanceof Exhaustion.DeadlinePassed;
        };
        if (!kept) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(trip + " waited in vain until " + until);
        }
    }

    /// Nothing else happens until the moment that was named, and then a new request comes.
    private void comeBack(Trip trip) {
        over = true;
        Route route = trip.request.route();
        long need = trip.request.need();
        Instant readyAt = rotation.shortage(newcomer(route, need, now), now).readyAt();
        if (!readyAt.isAfter(now)) {
            return;
        }
        coverage.saw(Coverage.Sight.PROMISE_PUT_TO_THE_TEST);
        Instant before = readyAt.minusNanos(1);
        Step early = rotation.next(newcomer(route, need, before), before);
        if (early instanceof Step.Attempt(var _, var trials, var _, var _, var _)) {
            if (trials.stream().noneMatch(Known::isWide)) {
                throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy("a new request need not have waited until " + readyAt);
            }
            return;
        }
        Step exact = rotation.next(newcomer(route, need, readyAt), readyAt);
        if (exact instanceof Step.GiveUp) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy("a new request has nobody to ask at " + readyAt);
        }
    }

    private static Journey newcomer(Route route, long need, Instant now) {
        return Journey.begin(route, new Limits(0, Duration.ZERO, 1000, Duration.ofMinutes(1)).terms(true, now), need);
    }
}
