package io.keywheel.benchmarks;

import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// `./keywheel bench pool`: the cost of selecting a key and of reporting the outcome, for pools of all sizes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 40, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class KeyPoolBenchmark {

    public enum Situation {
        ALL_READY,
        FIFTH_COOLING,
        /// Half of the groups, each of five keys.
        GROUPS_COOLING,
        /// A tenth of the keys cools down. For each two requests one key is limited, and another one is probed after
        /// its cooldown and recovers.
        COOL_AND_RECOVER,
        /// Each key has as many calls in flight as it has left: whenever one is answered, another one begins.
        ALL_FULL,
        /// The same, but all keys are in one group. Each time, one more request has to wait.
        ONE_GROUP_FULL,
        /// Only the first refused request makes the pool check each key.
        ALL_COOLING
    }

    /// The path of the requests, A or B.
    public enum ChatPath {
        /// No model is named: two providers share the keys.
        A,
        /// A model is named: one provider has them all.
        B
    }

    private static final Duration A_DAY = Duration.ofDays(1);

    @Param
    Situation situation = Situation.ALL_READY;

    @Param({"10", "100", "1000", "10000"})
    int keys;

    @Param
    ChatPath path = ChatPath.A;

    private final Queue<Step.Attempt> inFlight = new ArrayDeque<>();
    private BusyPool pool = new BusyPool(ChatPath.A, 2, 1);

    @Setup(Level.Trial)
    public void fill() {
        int keysPerGroup = switch (situation) {
            case GROUPS_COOLING -> 5;
            case ONE_GROUP_FULL -> keys;
            default -> 1;
        };
        pool = new BusyPool(path, keys, keysPerGroup);
        switch (situation) {
            case ALL_READY, COOL_AND_RECOVER -> {}
            case FIFTH_COOLING -> pool.limitFirst(keys / 5, A_DAY);
            case GROUPS_COOLING -> pool.limitFirst(Math.max(1, keys / 5 / 2), A_DAY);
            case ALL_COOLING -> pool.limitFirst(keys, A_DAY);
            case ALL_FULL -> callAll(keys);
            case ONE_GROUP_FULL -> callAll(path == ChatPath.A ? 2 : 1);
        }
    }

    private void callAll(int groups) {
        for (int i = 0; i < groups; i++) {
            pool.answeredForTheLastButOne(pool.attempt());
        }
        for (int i = 0; i < groups; i++) {
            inFlight.add(pool.attempt());
        }
    }

    /// One request, or two where keys cool down and recover.
    @Benchmark
    public Object request() {
        return switch (situation) {
            case ALL_READY, FIFTH_COOLING, GROUPS_COOLING -> pool.answered(pool.attempt());
            case COOL_AND_RECOVER -> {
                pool.failed(pool.attempt(), BusyPool.limited(Duration.ofMillis(keys / 10)));
                pool.pass(Duration.ofMillis(1));
                yield pool.answered(pool.attempt());
            }
            case ALL_FULL -> answerAndGo();
            case ONE_GROUP_FULL -> {
                answerAndGo();
                yield pool.next();
            }
            case ALL_COOLING -> pool.next();
        };
    }

    private boolean answerAndGo() {
        pool.answeredForTheLastButOne(inFlight.remove());
        return inFlight.add(pool.attempt());
    }
}
