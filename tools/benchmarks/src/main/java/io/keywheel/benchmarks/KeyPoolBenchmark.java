package io.keywheel.benchmarks;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/// What it costs to choose a key and to report how it went, for pools of all sizes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 20, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 100, time = 10, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class KeyPoolBenchmark {

    private static final Duration A_DAY = Duration.ofDays(1);

    @Param({"10", "100", "1000", "10000"})
    int keys;

    @Param
    Path path = Path.A;

    private final Queue<Step.Attempt> underWay = new ArrayDeque<>();
    private BusyPool pool = new BusyPool(Path.A, 2, 1);

    /// The pool of the benchmark that is running.
    @Setup(Level.Trial)
    public void fill(BenchmarkParams params) {
        String name = params.getBenchmark();
        String benchmark = name.substring(name.lastIndexOf('.') + 1);
        pool = new BusyPool(
                path,
                keys,
                switch (benchmark) {
                    case "groupsResting" -> 5;
                    case "oneGroupFull" -> keys;
                    default -> 1;
                });
        switch (benchmark) {
            case "fifthResting" -> pool.limitFirst(keys / 5, A_DAY);
            case "groupsResting" -> pool.limitFirst(Math.max(1, keys / 5 / 2), A_DAY);
            case "allResting" -> pool.limitFirst(keys, A_DAY);
            case "allFull" -> callAll(keys);
            case "oneGroupFull" -> callAll(path == Path.A ? 2 : 1);
            default -> {}
        }
    }

    private void callAll(int groups) {
        for (int i = 0; i < groups; i++) {
            pool.answeredForTheLastButOne(pool.attempt());
        }
        for (int i = 0; i < groups; i++) {
            underWay.add(pool.attempt());
        }
    }

    /// The everyday case.
    @Benchmark
    public List<PoolEvent> allReady() {
        return pool.answered(pool.attempt());
    }

    /// A fifth of the keys cools down, each for itself.
    @Benchmark
    public List<PoolEvent> fifthResting() {
        return pool.answered(pool.attempt());
    }

    /// Five keys in each quota group, and half of the groups cool down.
    @Benchmark
    public List<PoolEvent> groupsResting() {
        return pool.answered(pool.attempt());
    }

    /// Each time one key is limited and another one is probed after its cooldown and recovers, while a tenth
    /// of the keys cools down.
    @Benchmark
    @OperationsPerInvocation(2)
    @Warmup(iterations = 80, time = 50, timeUnit = TimeUnit.MILLISECONDS)
    public List<PoolEvent> restAndReturn() {
        pool.failed(pool.attempt(), BusyPool.limited(Duration.ofMillis(keys / 10)));
        pool.pass(Duration.ofMillis(1));
        return pool.answered(pool.attempt());
    }

    /// Each key has as many requests under way as it has left: whenever one is answered, another one goes.
    @Benchmark
    public List<PoolEvent> allFull() {
        List<PoolEvent> events = pool.answeredForTheLastButOne(underWay.remove());
        underWay.add(pool.attempt());
        return events;
    }

    /// Every key cools down: only the first request that is refused makes the pool look at each.
    @Benchmark
    public Step allResting() {
        return pool.next();
    }

    /// All keys of a provider are of one quota group, which has as many requests under way as it has left: whenever one
    /// is answered, another one goes, and one more has to wait.
    @Benchmark
    public Step oneGroupFull() {
        pool.answeredForTheLastButOne(underWay.remove());
        underWay.add(pool.attempt());
        return pool.next();
    }
}
