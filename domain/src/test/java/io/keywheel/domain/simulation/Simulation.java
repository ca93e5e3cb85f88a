package io.keywheel.domain.simulation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.simulation.Invariant.Violation;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Upstream.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a scenario in virtual time: one event after the other, no threads, no sleep.
final class Simulation {

    /// Delay after which an attempt past its deadline is stopped.
    private static final Duration LATE = Duration.ofMillis(3);

    /// How many waiting requests get a decision after each report, in turn. Most of them have to wait on.
    private static final int ASKED_AGAIN = 4;

    private record Event(Instant at, int number, Runnable action) {}

    private final Scenario scenario;
    private final Rotation rotation;
    private final @Nullable List<String> story;
    private final Oracle oracle;
    private final Upstream upstream;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingInt(Event::number));
    private final List<SimulatedRequest> waiting = new ArrayList<>();
    private Instant now = PoolFixture.START;
    private Instant lastReport = Instant.MIN;
    private int scheduled;

    private Simulation(Scenario scenario, Rotation rotation, @Nullable List<String> story) {
        this.scenario = scenario;
        this.rotation = rotation;
        this.story = story;
        this.oracle = new Oracle(scenario.pool());
        this.upstream = new Upstream(scenario);
    }

    /// Runs `scenario` to its end or to the first violation.
    ///
    /// @param story gets a line for each event
    static @Nullable Violation run(
            Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations, @Nullable List<String> story) {
        try {
            new Simulation(scenario, rotations.apply(scenario.pool()), story).run();
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }

    private void run() {
        tell(() -> scenario.pool().toString());
        scenario.requests()
                .forEach(request -> at(request.at(), () -> {
                    tell(request::toString);
                    goOn(new SimulatedRequest(request, now));
                }));
        while (!events.isEmpty()) {
            Event event = events.remove();
            now = event.at().isAfter(now) ? event.at() : now;
            event.action().run();
        }
    }

    private void at(Instant when, Runnable action) {
        events.add(new Event(when, scheduled++, action));
    }

    private void tell(Supplier<String> what) {
        if (story != null) {
            story.add(now + " " + what.get());
        }
    }

    private void goOn(SimulatedRequest simulated) {
        simulated.decisions++;
        tick();
        Step step = rotation.next(simulated.attempts, now);
        tell(() -> simulated + ": " + step);
        oracle.judge(simulated, step, now);
        switch (step) {
            case Step.Attempt attempt -> ask(simulated, attempt);
            case Step.Wait(var until) -> await(simulated, until);
            case Step.GiveUp _ -> {}
        }
    }

    private void ask(SimulatedRequest simulated, Step.Attempt attempt) {
        var asked = new SimulatedAttempt(attempt, simulated.deadline());
        Fate fate = simulated.request.fate(simulated.attempts.failed().size());
        oracle.referenceModel.asks(asked);
        Outcome outcome = upstream.ask(attempt, fate, now);
        Duration latency = fate.latency();
        Instant latest = simulated.deadline().plus(LATE);
        Failure failure = outcome.failure();
        boolean begins = fate.streamed() && (failure == null || failure instanceof Failure.Interrupted);
        if (begins && now.plus(latency.dividedBy(2)).isBefore(latest)) {
            at(now.plus(latency.dividedBy(2)), () -> answering(simulated, asked));
        }
        if (now.plus(latency).isAfter(latest)) {
            Failure cut = begins ? new Failure.Interrupted("deadline") : new Failure.OutOfTime();
            at(latest, () -> fail(simulated, asked, cut, fate));
        } else if (failure != null) {
            at(now.plus(latency), () -> fail(simulated, asked, failure, fate));
        } else {
            at(now.plus(latency), () -> answer(simulated, asked, outcome, fate));
        }
    }

    private void answering(SimulatedRequest simulated, SimulatedAttempt asked) {
        tick();
        tell(() -> simulated + ": answer begins from " + asked.key().slot());
        rotation.answering(asked.attempt, now);
        oracle.referenceModel.answering(asked, now);
        reported(asked);
    }

    private void answer(SimulatedRequest simulated, SimulatedAttempt asked, Outcome outcome, Fate fate) {
        tick();
        tell(() -> simulated + ": answered by " + asked.key().slot() + ", " + outcome.rateLimitStatus());
        asked.spends(1, fate.spent(asked.attempt.estimatedTokens()));
        rotation.answered(asked.attempt, outcome.rateLimitStatus(), asked.spent.tokens(), now);
        rotation.keep(simulated.request.conversation(), asked.attempt, now.plus(Conversations.KEPT));
        oracle.conversations.answered(simulated, asked, now);
        oracle.referenceModel.answered(asked, outcome.rateLimitStatus(), now);
        reported(asked);
    }

    private void fail(SimulatedRequest simulated, SimulatedAttempt asked, Failure failure, Fate fate) {
        tick();
        tell(() -> simulated + ": " + failure + " at " + asked.key().slot());
        long spent = fate.spent(asked.attempt.estimatedTokens());
        boolean isRefusal = FailurePolicy.of(failure).provider() != FailurePolicy.Provider.MAY_HAVE_WORKED;
        asked.spends(isRefusal ? 0 : 1, isRefusal ? 0 : spent);
        rotation.failed(asked.attempt, failure, spent, now, fate.chance());
        oracle.referenceModel.failed(asked, failure, now, fate.chance());
        simulated.attempts = simulated.attempts.withFailure(asked.attempt.failed(failure));
        reported(asked);
        goOn(simulated);
    }

    /// Gives each report its own time, because the order of simultaneous reports is undefined.
    private void tick() {
        if (!now.isAfter(lastReport)) {
            now = lastReport.plusNanos(1);
        }
        lastReport = now;
    }

    private void reported(SimulatedAttempt asked) {
        var target = asked.attempt.target();
        var route = new RouteTarget(target.provider(), target.model());
        judgeMemory(route, asked.attempt.estimatedTokens());
        // Refunded tokens matter to larger calls.
        for (long need = 50; asked.spent.tokens() < asked.attempt.estimatedTokens() && need < 2_000; need *= 3) {
            judgeMemory(route, need);
        }
        waiting.stream().limit(ASKED_AGAIN).toList().forEach(this::askAgain);
    }

    private void judgeMemory(RouteTarget target, long need) {
        var terms = new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(1), Duration.ZERO).terms(true, now);
        oracle.judgeMemory(
                target,
                need,
                rotation.unavailability(RequestAttempts.begin(Route.to(target), terms, TokenEstimate.of(need)), now),
                now);
    }

    private void await(SimulatedRequest simulated, Instant until) {
        waiting.add(simulated);
        int decision = simulated.decisions;
        at(until, () -> {
            if (simulated.decisions == decision) {
                askAgain(simulated);
            }
        });
    }

    private void askAgain(SimulatedRequest simulated) {
        if (waiting.remove(simulated)) {
            goOn(simulated);
        }
    }
}
