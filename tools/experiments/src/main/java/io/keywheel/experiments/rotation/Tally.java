package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rotation.Journal.Call;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Limit;
import io.keywheel.experiments.world.Measure;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Counts what one run comes down to.
final class Tally {

    private static final Duration FIRST = Duration.ofSeconds(6);

    private final Scenario scenario;
    private final Journal journal;
    private final List<Call> answered;

    private Tally(Scenario scenario, Journal journal) {
        this.scenario = scenario;
        this.journal = journal;
        this.answered = journal.answered();
    }

    static Figures of(Scenario scenario, Journal journal) {
        var tally = new Tally(scenario, journal);
        return new Figures(
                journal.requests().size(),
                tally.answered.size(),
                journal.calls().size(),
                tally.capacityShare(),
                tally.delay(50),
                tally.delay(99),
                tally.spread(),
                tally.recovery());
    }

    /// What was served while requests came in, as a share of the most that the limits can give in that time.
    private double capacityShare() {
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

    /// How long the gateway kept a request that it served in the end, so many percent of them at most.
    private Duration delay(int percent) {
        List<Duration> delays = answered.stream().map(Call::delay).sorted().toList();
        return delays.isEmpty() ? Duration.ZERO : delays.get((delays.size() - 1) * percent / 100);
    }

    private double spread() {
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

    private Figures.@Nullable Recovered recovery() {
        Scenario.Recovery recovery = scenario.recovery();
        if (recovery == null) {
            return null;
        }
        Instant gone = Pools.START.plus(recovery.goneAt());
        Instant back = Pools.START.plus(recovery.backAt());
        long firstProbes = callsTo(recovery)
                .filter(call -> !call.at().isBefore(gone) && call.at().isBefore(gone.plus(FIRST)))
                .count();
        long probes = callsTo(recovery)
                .filter(call -> !call.answered() && call.at().isBefore(back))
                .count();
        return callsTo(recovery)
                .filter(call -> call.answered() && !call.at().isBefore(back))
                .map(Call::at)
                .min(Comparator.naturalOrder())
                .map(answer -> new Figures.Recovered(
                        firstProbes, probes, Duration.between(back, answer), arrivals(back, answer)))
                .orElseGet(() -> new Figures.Recovered(firstProbes, probes, null, null));
    }

    private long arrivals(Instant from, Instant until) {
        return journal.requests().stream()
                .map(Request::arrivedAt)
                .filter(at -> !at.isBefore(from) && !at.isAfter(until))
                .count();
    }

    private Stream<Call> callsTo(Scenario.Recovery recovery) {
        return journal.calls().stream()
                .filter(call -> call.key().provider().equals(recovery.provider()))
                .filter(call -> recovery.place() == 0 || call.key().place() == recovery.place());
    }
}
