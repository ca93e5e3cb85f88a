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

    private BusyPool pool = new BusyPool(Path.A, 2, 1);

    /// One key in each quota group.
    @Setup(Level.Trial)
    public void fill() {
        pool = new BusyPool(path, keys, 1);
    }

    /// The everyday case.
    @Benchmark
    public List<PoolEvent> allReady() {
        return pool.answered(pool.attempt());
    }

    /// A fifth of the keys cools down, each for itself.
    @State(Scope.Thread)
    public static class FifthResting {
        private BusyPool pool = new BusyPool(Path.A, 2, 1);

        @Setup(Level.Trial)
        public void coolDown(KeyPoolBenchmark benchmark) {
            pool = new BusyPool(benchmark.path, benchmark.keys, 1);
            pool.limitFirst(benchmark.keys / 5, A_DAY);
        }
    }

    @Benchmark
    public List<PoolEvent> fifthResting(FifthResting state) {
        return state.pool.answered(state.pool.attempt());
    }

    /// Five keys in each quota group, and half of the groups cool down.
    @State(Scope.Thread)
    public static class GroupsResting {
        private BusyPool pool = new BusyPool(Path.A, 2, 1);

        @Setup(Level.Trial)
        public void coolDown(KeyPoolBenchmark benchmark) {
            pool = new BusyPool(benchmark.path, benchmark.keys, 5);
            pool.limitFirst(Math.max(1, benchmark.keys / 5 / 2), A_DAY);
        }
    }

    @Benchmark
    public List<PoolEvent> groupsResting(GroupsResting state) {
        return state.pool.answered(state.pool.attempt());
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
    @State(Scope.Thread)
    public static class AllFull {
        private final Queue<Step.Attempt> underWay = new ArrayDeque<>();
        private BusyPool pool = new BusyPool(Path.A, 2, 1);

        @Setup(Level.Trial)
        public void fill(KeyPoolBenchmark benchmark) {
            pool = new BusyPool(benchmark.path, benchmark.keys, 1);
            for (int i = 0; i < benchmark.keys; i++) {
                pool.answeredForTheLastButOne(pool.attempt());
            }
            for (int i = 0; i < benchmark.keys; i++) {
                underWay.add(pool.attempt());
            }
        }
    }

    @Benchmark
    public List<PoolEvent> allFull(AllFull state) {
        List<PoolEvent> poolEvents = state.pool.answeredForTheLastButOne(state.underWay.remove());
        state.underWay.add(state.pool.attempt());
        return poolEvents;
    }

    /// Every key cools down: only the first request that is refused makes the pool look at each.
    @State(Scope.Thread)
    public static class AllResting {
        private BusyPool pool = new BusyPool(Path.A, 2, 1);

        @Setup(Level.Trial)
        public void coolDown(KeyPoolBenchmark benchmark) {
            pool = new BusyPool(benchmark.path, benchmark.keys, 1);
            pool.limitFirst(benchmark.keys, A_DAY);
        }
    }

    @Benchmark
    public Step allResting(AllResting state) {
        return state.pool.next();
    }

    /// All keys of a provider are of one quota group, which has as many requests under way as it has left: whenever one
    /// is answered, another one goes, and one more has to wait.
    @State(Scope.Thread)
    public static class OneGroupFull {
        private final Queue<Step.Attempt> underWay = new ArrayDeque<>();
        private BusyPool pool = new BusyPool(Path.A, 2, 1);

        @Setup(Level.Trial)
        public void fill(KeyPoolBenchmark benchmark) {
            pool = new BusyPool(benchmark.path, benchmark.keys, benchmark.keys);
            int groups = benchmark.path == Path.A ? 2 : 1;
            for (int i = 0; i < groups; i++) {
                pool.answeredForTheLastButOne(pool.attempt());
            }
            for (int i = 0; i < groups; i++) {
                underWay.add(pool.attempt());
            }
        }
    }

    @Benchmark
    public Step oneGroupFull(OneGroupFull state) {
        state.pool.answeredForTheLastButOne(state.underWay.remove());
        state.underWay.add(state.pool.attempt());
        return state.pool.next();
    }
}
