package io.keywheel.experiments;

import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.PromptCache;
import io.keywheel.experiments.simulation.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The figures of one run.
///
/// @param capacityShare tokens served while requests arrived, divided by the most that the limits allow in that
///     time
/// @param median the median time from the arrival of a request to the start of the call that answered it
/// @param tail the 99th percentile of the same
/// @param spread the answers of the busiest organisation, divided by those of the least busy one
/// @param firstProbes calls to the failing provider or key in its first six seconds
/// @param probes failed calls to it before its recovery
/// @param backAfter the time from its recovery to its next answer; null without one
/// @param requestsUntilBack the number of requests that arrived in that time; null without an answer
/// @param hitRate cached tokens, divided by the tokens of all answered prompts
/// @param hitRateOfOneKey the same if one key had answered all requests on arrival
/// @param firstToken the median time from the arrival of a request to the first token of its answer
/// @param lateFirstToken the 95th percentile of the same
record Figures(
        int requests,
        int served,
        int calls,
        double capacityShare,
        Duration median,
        Duration tail,
        double spread,
        long firstProbes,
        long probes,
        @Nullable Duration backAfter,
        @Nullable Long requestsUntilBack,
        double hitRate,
        double hitRateOfOneKey,
        Duration firstToken,
        Duration lateFirstToken) {

    static Figures of(Scenario scenario, Contender contender, long seed) {
        return of(scenario, Run.of(scenario, contender, seed));
    }

    static Figures of(Scenario scenario, Run run) {
        List<Run.Call> answered = run.calls.stream().filter(Run.Call::answered).toList();
        List<Duration> delays = answered.stream()
                .map(call -> Duration.between(call.request().arrivedAt(), call.at()))
                .sorted()
                .toList();
        List<Duration> firstTokens = answered.stream()
                .map(call -> Duration.between(call.request().arrivedAt(), call.firstToken()))
                .sorted()
                .toList();
        List<Run.Call> toFailing =
                run.calls.stream().filter(isTo(scenario.recovery())).toList();
        Scenario.Recovery recovery = scenario.recovery();
        Instant failsAt = Arrivals.START.plus(recovery == null ? Duration.ZERO : recovery.failsAt());
        Instant backAt = Arrivals.START.plus(recovery == null ? Duration.ZERO : recovery.backAt());
        Instant firstAnswer = toFailing.stream()
                .filter(call -> call.answered() && !call.at().isBefore(backAt))
                .map(Run.Call::at)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Figures(
                run.requests.size(),
                answered.size(),
                run.calls.size(),
                capacityShare(scenario, answered),
                percentile(delays, 50),
                percentile(delays, 99),
                spread(scenario.pool().get(), answered),
                count(toFailing, call -> isBetween(failsAt, call.at(), failsAt.plusSeconds(6))),
                count(toFailing, call -> !call.answered() && call.at().isBefore(backAt)),
                firstAnswer == null ? null : Duration.between(backAt, firstAnswer),
                firstAnswer == null
                        ? null
                        : count(
                                run.requests,
                                request -> isBetween(backAt, request.arrivedAt(), firstAnswer.plusNanos(1))),
                hitRate(answered),
                hitRateOfOneKey(run.requests),
                percentile(firstTokens, 50),
                percentile(firstTokens, 95));
    }

    private static double hitRate(List<Run.Call> answered) {
        long prompts =
                answered.stream().mapToLong(call -> call.request().prompt()).sum();
        return (double) answered.stream().mapToLong(Run.Call::cached).sum() / Math.max(1, prompts);
    }

    private static double hitRateOfOneKey(List<Request> requests) {
        var cache = new PromptCache();
        long prompts = 0;
        long cached = 0;
        for (Request request : requests) {
            prompts += request.prompt();
            cached += cache.cached("", request, request.arrivedAt());
            cache.keep("", request, request.arrivedAt());
        }
        return (double) cached / Math.max(1, prompts);
    }

    double hitShare() {
        return hitRate / Math.max(1e-9, hitRateOfOneKey);
    }

    double servedShare() {
        return (double) served / requests;
    }

    boolean servedAll() {
        return served == requests;
    }

    int wasted() {
        return calls - served;
    }

    double wastedShare() {
        return (double) wasted() / Math.max(1, calls);
    }

    private static double capacityShare(Scenario scenario, List<Run.Call> answered) {
        Instant end = Arrivals.START.plus(scenario.time());
        IntSummaryStatistics used = answered.stream()
                .filter(call -> call.at().isBefore(end))
                .mapToInt(call -> call.request().tokens())
                .summaryStatistics();
        return (double) used.getSum() / capacity(scenario.pool().get(), end, used.getAverage());
    }

    /// The capacity in tokens: the sum of each organisation's tightest limit.
    private static double capacity(Pool pool, Instant end, double tokensPerRequest) {
        return pool.providers().stream()
                .flatMap(provider ->
                        provider.keys.stream().map(Key::organisation).distinct().map(provider::limits))
                .mapToDouble(limits -> limits.stream()
                        .mapToDouble(limit ->
                                limit.most(Arrivals.START, end) * (limit.kind.ofTokens() ? 1 : tokensPerRequest))
                        .min()
                        .orElseThrow())
                .sum();
    }

    private static Duration percentile(List<Duration> sorted, int percent) {
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() - 1) * percent / 100);
    }

    private static double spread(Pool pool, List<Run.Call> answered) {
        Map<String, Long> shares = answered.stream()
                .collect(Collectors.groupingBy(call -> organisation(call.key()), Collectors.counting()));
        LongSummaryStatistics spread = pool.keys().stream()
                .mapToLong(key -> shares.getOrDefault(organisation(key), 0L))
                .summaryStatistics();
        return (double) spread.getMax() / Math.max(1, spread.getMin());
    }

    private static String organisation(Key key) {
        return key.provider() + " " + key.organisation();
    }

    private static Predicate<Run.Call> isTo(Scenario.@Nullable Recovery failing) {
        return call -> failing != null
                && call.key().provider().equals(failing.provider())
                && (failing.place() == 0 || call.key().place() == failing.place());
    }

    private static boolean isBetween(Instant from, Instant at, Instant until) {
        return !at.isBefore(from) && at.isBefore(until);
    }

    private static <T> long count(List<T> all, Predicate<T> which) {
        return all.stream().filter(which).count();
    }
}
