package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.anyModel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Many threads, random outcomes, cancelled clients and a jumping clock. The clock ticks with each reading, which
/// orders all events.
class ChaosTest {

    private static final int REQUESTS = 400;
    private static final Route ROUTE = Route.to(GROQ, new ModelId("m"));

    /// @param begun read under the scheduler's lock
    /// @param outcome null for an answer
    /// @param reporting the time before the report
    /// @param reported the time after the report
    private record Attempted(
            int who, Step.Attempt begun, @Nullable Failure outcome, Instant reporting, Instant reported) {

        KeySlot key() {
            return begun.target().key().slot();
        }

        boolean cooled(Scope scope) {
            return outcome != null
                    && Scope.of(outcome, begun.target()).filter(scope::equals).isPresent();
        }
    }

    @AutoClose
    private final TestGateway test = new TestGateway(
            new RequestLimits(0, Duration.ofSeconds(30), REQUESTS, Duration.ofMinutes(2), Duration.ZERO), 3);

    private final KeyScheduler keyScheduler = (KeyScheduler) test.gateway.status();
    private final Queue<Attempted> log = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void random_load_uses_no_cooling_key_and_loses_no_request(long seed) throws Exception {
        test.time.ticks(Duration.ofNanos(1));
        var random = new Random(seed);
        var all = new CountDownLatch(REQUESTS);
        List<? extends Future<?>> requests = IntStream.range(0, REQUESTS)
                .mapToObj(who -> {
                    var own = new Random(random.nextLong());
                    return test.threads.submit(() -> ask(who, own, all));
                })
                .toList();
        all.await();
        while (ended.get() < REQUESTS) {
            awaitAllButAFew(random.nextInt(4));
            test.pass(Duration.ofMillis(random.nextInt(100)));
            if (random.nextInt(20) == 0) {
                requests.get(random.nextInt(REQUESTS)).cancel(true);
            }
        }
        test.close();

        assertEquals(0, keyScheduler.waiting());
        for (Attempted attempt : log) {
            assertFalse(isAskedDuringACooldown(attempt), () -> "asked during a cooldown: " + attempt);
            assertFalse(isSecondProbe(attempt), () -> "a second probe: " + attempt);
        }
        var finished = new HashSet<String>();
        for (Attempted attempt : log) {
            String key = attempt.who() + " " + attempt.key();
            assertFalse(finished.contains(key), () -> "asked again, not having been limited: " + attempt);
            if (!(attempt.outcome() instanceof Failure.RateLimited)) {
                finished.add(key);
            }
        }
        assertTrue(log.size() > REQUESTS / 10, () -> "only " + log.size() + " attempts");
    }

    static LongStream seeds() {
        return LongStream.range(0, 4);
    }

    /// Waits until at most `few` requests are running.
    private void awaitAllButAFew(int few) {
        while (keyScheduler.waiting() + ended.get() < REQUESTS - few) {
            assertFalse(Thread.interrupted(), "a request was lost");
            LockSupport.parkNanos(20_000);
        }
    }

    private void ask(int who, Random random, CountDownLatch all) {
        all.countDown();
        try {
            all.await();
            QueuedRequest request = keyScheduler.begin(ROUTE, anyModel(), TokenEstimate.of(0), false);
            while (keyScheduler.next(request) instanceof Step.Attempt attempt) {
                Failure failure = ends(who, request, attempt, random);
                if (failure == null) {
                    return;
                }
                request.failed(attempt.failed(failure));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            ended.incrementAndGet();
        }
    }

    private @Nullable Failure ends(int who, QueuedRequest request, Step.Attempt attempt, Random random) {
        Failure failure = switch (random.nextInt(8)) {
            case 0, 1, 2 -> limited(Duration.ofMillis(1 + random.nextInt(900)));
            case 3 -> new Failure.Overloaded("busy", Duration.ofMillis(1 + random.nextInt(300)));
            case 4 -> new Failure.Cancelled();
            default -> null;
        };
        Instant reporting = test.time.instant();
        LlmReply reply = failure == null ? ScriptedPort.answered("well") : new LlmReply.Failed(failure);
        keyScheduler.ended(request, attempt, reply, failure == null ? attempt.estimatedTokens() : 0);
        log.add(new Attempted(who, attempt, failure, reporting, test.time.instant()));
        return failure;
    }

    /// Whether `attempt` began after a cooldown of its key had been reported, and before its end.
    private boolean isAskedDuringACooldown(Attempted attempt) {
        Instant begun = attempt.begun().startedAt();
        return log.stream()
                .anyMatch(other -> other.outcome() instanceof Failure.RateLimited limited
                        && other.key().equals(attempt.key())
                        && other.reported().isBefore(begun)
                        && begun.isBefore(
                                other.reporting().plus(limited.requestedPause().orElseThrow())));
    }

    /// Whether `attempt` probes something whose probe was still running, and that has not cooled again since.
    private boolean isSecondProbe(Attempted attempt) {
        Instant begun = attempt.begun().startedAt();
        return attempt.begun().probes().stream()
                .anyMatch(scope -> log.stream()
                        .filter(other -> other.begun().probes().contains(scope)
                                && other.begun().startedAt().isBefore(begun)
                                && begun.isBefore(other.reporting()))
                        .anyMatch(other -> log.stream()
                                .noneMatch(third -> third.cooled(scope)
                                        && third.reported()
                                                .isAfter(other.begun().startedAt())
                                        && third.reporting().isBefore(begun))));
    }
}
