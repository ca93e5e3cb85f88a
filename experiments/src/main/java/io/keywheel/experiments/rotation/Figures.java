package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rotation.Journal.Call;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Limit;
import io.keywheel.experiments.world.Measure;
import io.keywheel.experiments.world.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What one run comes down to.
final class Figures {

    private static final Duration FIRST = Duration.ofSeconds(6);

    private final Scenario scenario;
    private final Journal journal;
    private final List<Call> answered;

    Figures(Scenario scenario, Journal journal) {
        this.scenario = scenario;
        this.journal = journal;
        this.answered = journal.answered();
    }

    Journal journal() {
        return journal;
    }

    int requests() {
        return journal.requests().size();
    }

    int served() {
        return answered.size();
    }

    /// The share of the requests that were served.
    double servedShare() {
        return (double) served() / requests();
    }

    /// What was served while requests came in, as a share of the most that the limits can give in that time.
    double capacityShare() {
        Instant end = Pools.START.plus(scenario.time());
        IntSummaryStatistics used = answered.stream()
                .filter(call -> call.at().isBefore(end))
                .mapToInt(call -> call.request().tokens())
                .summaryStatistics();
        return (double) used.getSum() / capacity(scenario.pool().get(), end, used.getAverage());
    }

    /// In tokens, where a request takes so many: each organisation gives what its tightest limit lets it.
    private static double capacity(Pool pool, Instant end, double each) {
        return pool.providers().stream()
                .flatMap(provider -> provider.keys().stream()
                        .map(Key::organisation)
                        .distinct()
                        .map(provider::limits))
                .mapToDouble(limits -> limits.stream()
                        .mapToDouble(limit -> tokens(limit, end, each))
                        .min()
                        .orElseThrow())
                .sum();
    }

    private static double tokens(Limit limit, Instant end, double each) {
        double most = limit.most(Pools.START, end);
        return limit.measure().counts() == Measure.Counts.TOKENS ? most : most * each;
    }

    int calls() {
        return journal.calls().size();
    }

    /// Upstream calls that brought no answer.
    int wasted() {
        return calls() - served();
    }

    double wastedShare() {
        return (double) wasted() / Math.max(1, calls());
    }

    /// How long the gateway kept a request that it served in the end, so many percent of them at most.
    Duration delay(int percent) {
        List<Duration> delays = answered.stream().map(Call::delay).sorted().toList();
        return delays.isEmpty() ? Duration.ZERO : delays.get((delays.size() - 1) * percent / 100);
    }

    /// The most that any organisation answered over the least, each with all of its keys.
    double spread() {
        Map<List<String>, Long> shares = answered.stream()
                .collect(Collectors.groupingBy(call -> organisation(call.key()), Collectors.counting()));
        LongSummaryStatistics spread = scenario.pool().get().keys().stream()
                .mapToLong(key -> shares.getOrDefault(organisation(key), 0L))
                .summaryStatistics();
        return (double) spread.getMax() / Math.max(1, spread.getMin());
    }

    private static List<String> organisation(Key key) {
        return List.of(key.provider(), key.organisation());
    }

    /// The calls to what is gone in the first six seconds; empty where nothing goes.
    Optional<Long> firstProbes() {
        return Optional.ofNullable(scenario.recovery()).map(recovery -> {
            Instant gone = Pools.START.plus(recovery.goneAt());
            return callsTo(recovery)
                    .filter(call -> !call.at().isBefore(gone) && call.at().isBefore(gone.plus(FIRST)))
                    .count();
        });
    }

    /// The calls to what is gone as long as it is.
    Optional<Long> probes() {
        return Optional.ofNullable(scenario.recovery())
                .map(recovery -> callsTo(recovery)
                        .filter(call -> !call.answered())
                        .filter(call -> call.at().isBefore(Pools.START.plus(recovery.backAt())))
                        .count());
    }

    /// How long after its return it answered again; empty where nothing returns, or where it never did.
    Optional<Duration> backAfter() {
        return firstAnswer().map(call -> Duration.between(back(), call.at()));
    }

    /// How many requests came in from its return until the one that it answered first.
    Optional<Long> requestsUntilBack() {
        return firstAnswer()
                .map(call -> journal.requests().stream()
                        .map(request -> request.arrivedAt())
                        .filter(at -> !at.isBefore(back()) && !at.isAfter(call.at()))
                        .count());
    }

    private Optional<Call> firstAnswer() {
        return Optional.ofNullable(scenario.recovery())
                .flatMap(recovery -> callsTo(recovery)
                        .filter(Call::answered)
                        .filter(call -> !call.at().isBefore(back()))
                        .min(Comparator.comparing(Call::at)));
    }

    private Instant back() {
        return Pools.START.plus(Optional.ofNullable(scenario.recovery())
                .map(Scenario.Recovery::backAt)
                .orElseThrow());
    }

    private Stream<Call> callsTo(Scenario.Recovery recovery) {
        return journal.calls().stream()
                .filter(call -> call.key().provider().equals(recovery.provider()))
                .filter(call -> recovery.place() == 0 || call.key().place() == recovery.place());
    }
}
