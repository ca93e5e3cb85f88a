package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.simulation.Promise.Violation;
import io.keywheel.domain.simulation.RequestTrace.Asked;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Request;
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
    private final Oracle oracle;
    private final Upstream upstream;
    private final Coverage coverage;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingInt(Event::number));
    private final List<RequestTrace> waiting = new ArrayList<>();
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
        this.oracle = new Oracle(scenario.pool(), coverage);
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
        var requestTrace = new RequestTrace(request, now);
        story.tells(now, () -> Story.arrival(requestTrace));
        goOn(requestTrace);
    }

    private void goOn(RequestTrace requestTrace) {
        if (over) {
            return;
        }
        requestTrace.decisions++;
        tick();
        Step step = rotation.next(requestTrace.requestAttempts, now);
        story.tells(now, () -> Story.decision(requestTrace, step));
        oracle.judge(requestTrace, step, now);
        coverage.decided(requestTrace, step);
        requestTrace.waits = false;
        switch (step) {
            case Step.Attempt attempt -> ask(requestTrace, attempt);
            case Step.Wait(var until) -> await(requestTrace, until);
            case Step.GiveUp(var exhaustion) -> {
                if (isPromise(exhaustion) && ++promises == scenario.probe()) {
                    comeBack(requestTrace);
                }
            }
        }
    }

    private void ask(RequestTrace requestTrace, Step.Attempt attempt) {
        var asked = new Asked(attempt, requestTrace.deadline());
        Fate fate = requestTrace.request.fate(requestTrace.asked.size());
        requestTrace.asked.add(asked);
        oracle.referenceModel.asks(asked);
        Outcome outcome = upstream.ask(attempt, fate, now);
        Duration whole = fate.latency();
        Instant latest = requestTrace.deadline().plus(LATE);
        Failure failure = outcome.failure();
        boolean begins = fate.streamed() && (failure == null || failure instanceof Failure.Interrupted);
        if (begins && now.plus(whole.dividedBy(2)).isBefore(latest)) {
            at(now.plus(whole.dividedBy(2)), () -> answering(requestTrace, asked));
        }
        if (now.plus(whole).isAfter(latest)) {
            Failure cut = begins ? new Failure.Interrupted("deadline") : new Failure.OutOfTime();
            at(latest, () -> fail(requestTrace, asked, cut, fate));
        } else if (failure != null) {
            at(now.plus(whole), () -> fail(requestTrace, asked, failure, fate));
        } else {
            at(now.plus(whole), () -> answer(requestTrace, asked, outcome, fate));
        }
    }

    private void answering(RequestTrace requestTrace, Asked asked) {
        tick();
        story.tells(
                now, () -> requestTrace + " is being answered by " + asked.key().slot());
        rotation.answering(asked.attempt, now);
        oracle.referenceModel.answering(asked, now);
        endReport(asked);
    }

    private void answer(RequestTrace requestTrace, Asked asked, Outcome outcome, Fate fate) {
        tick();
        story.tells(
                now, () -> requestTrace + " is answered by " + asked.key().slot() + Story.left(outcome.allowance()));
        asked.spends(1, fate.spent(asked.attempt.estimatedTokens()));
        rotation.answered(asked.attempt, outcome.allowance(), asked.spentTokens, now);
        oracle.referenceModel.answered(asked, outcome.allowance(), now);
        endReport(asked);
    }

    private void fail(RequestTrace requestTrace, Asked asked, Failure failure, Fate fate) {
        tick();
        story.tells(now, () -> requestTrace + " fails at " + asked.key().slot() + ": " + Story.failure(failure));
        coverage.failed(failure);
        asked.failure = failure;
        long spent = fate.spent(asked.attempt.estimatedTokens());
        asked.spends(isARefusal(failure) ? 0 : 1, isARefusal(failure) ? 0 : spent);
        rotation.failed(asked.attempt, failure, spent, now, fate.chance());
        oracle.referenceModel.failed(asked, failure, now, fate.chance());
        requestTrace.requestAttempts = requestTrace.requestAttempts.failedAt(asked.attempt.failed(failure));
        endReport(asked);
        goOn(requestTrace);
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
        oracle.turns.noteRest(asked, now);
        var target = asked.attempt.target();
        var route = new Route.NamedModel(target.provider(), target.model());
        judgeMemory(route, asked.attempt.estimatedTokens());
        // What comes back shows to those that need more.
        for (long need = 50; asked.spentTokens < asked.attempt.estimatedTokens() && need < 2_000; need *= 3) {
            judgeMemory(route, need);
        }
        List.copyOf(waiting).forEach(this::askAgain);
    }

    private void judgeMemory(Route.NamedModel route, long need) {
        oracle.judgeMemory(route, need, rotation.shortage(newcomer(route, need, now), now), now);
    }

    private void await(RequestTrace requestTrace, Instant until) {
        requestTrace.waits = true;
        waiting.add(requestTrace);
        int decision = requestTrace.decisions;
        at(until, () -> {
            if (requestTrace.decisions == decision) {
                askAgain(requestTrace);
            }
        });
        if (++promises == scenario.probe()) {
            seeIfItIsServed(requestTrace, until);
        }
    }

    private void askAgain(RequestTrace requestTrace) {
        if (requestTrace.waits) {
            waiting.remove(requestTrace);
            goOn(requestTrace);
        }
    }

    private static boolean isPromise(Exhaustion exhaustion) {
        return exhaustion instanceof Exhaustion.AllKeysFailed || exhaustion instanceof Exhaustion.AllProvidersFailed;
    }

    /// Nothing else happens to one that waits.
    private void seeIfItIsServed(RequestTrace requestTrace, Instant until) {
        over = true;
        coverage.saw(Coverage.Sight.PROMISE_PUT_TO_THE_TEST);
        boolean exact = !oracle.isForACrowd(requestTrace, now);
        if (exact && !(rotation.next(requestTrace.requestAttempts, until.minusNanos(1)) instanceof Step.Wait)) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(requestTrace + " need not have waited until " + until);
        }
        boolean forAnOutcome = oracle.isForAnOutcome(requestTrace, now);
        Step step = rotation.next(requestTrace.requestAttempts, until);
        oracle.judge(requestTrace, step, until);
        boolean kept = switch (step) {
            case Step.Attempt _ -> true;
            case Step.Wait _ -> forAnOutcome || oracle.isForAnOutcome(requestTrace, until);
            case Step.GiveUp(var exhaustion) -> forAnOutcome || exhaustion instanceof Exhaustion.DeadlinePassed;
        };
        if (!kept) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy(requestTrace + " waited in vain until " + until);
        }
    }

    /// Nothing else happens until the moment that was named, and then a new request comes.
    private void comeBack(RequestTrace requestTrace) {
        over = true;
        Route route = requestTrace.request.route();
        long need = requestTrace.request.need();
        Instant readyAt = rotation.shortage(newcomer(route, need, now), now).readyAt();
        if (!readyAt.isAfter(now)) {
            return;
        }
        coverage.saw(Coverage.Sight.PROMISE_PUT_TO_THE_TEST);
        Instant before = readyAt.minusNanos(1);
        Step early = rotation.next(newcomer(route, need, before), before);
        if (early instanceof Step.Attempt(var _, var trials, var _, var _, var _)) {
            if (trials.stream().noneMatch(ReferenceModel::isWide)) {
                throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy("a new request need not have waited until " + readyAt);
            }
            return;
        }
        Step exact = rotation.next(newcomer(route, need, readyAt), readyAt);
        if (exact instanceof Step.GiveUp) {
            throw Promise.NAMES_THE_EXACT_MOMENT.brokenBy("a new request has nobody to ask at " + readyAt);
        }
    }

    private static RequestAttempts newcomer(Route route, long need, Instant now) {
        return RequestAttempts.begin(
                route, new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(1)).terms(true, now), need);
    }
}
