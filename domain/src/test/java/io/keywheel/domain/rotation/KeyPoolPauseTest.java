package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a provider that limits this host is paused, and what is left of it afterwards.
class KeyPoolPauseTest {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    @Test
    void an_answer_to_an_attempt_from_before_does_not_show_that_the_host_may_ask() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        Step.Attempt before = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(1));
        limitOnce(testPool);
        limitOnce(testPool);
        testPool.answered(before);

        List<PoolEvent> poolEvents = limitOnce(testPool);

        assertEquals(new PoolEvent.Throttled(GROQ, testPool.now.plus(FIRST_PAUSE), 3), poolEvents.getLast());
    }

    @Test
    void says_of_each_pause_how_long_it_is() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        IntStream.range(0, 3).forEach(_ -> limitOnce(testPool));
        testPool.pass(FIRST_PAUSE);

        List<PoolEvent> poolEvents = limitOnce(testPool);

        Duration second = FIRST_PAUSE.multipliedBy(2);
        assertEquals(List.of(new PoolEvent.Throttled(GROQ, testPool.now.plus(second), 0)), poolEvents);
    }

    @Test
    void a_single_limit_right_after_the_pause_is_the_keys_own() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        IntStream.range(0, 3).forEach(_ -> limitOnce(testPool));
        testPool.pass(FIRST_PAUSE);
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.Rejected(NO));

        List<PoolEvent> poolEvents = limitOnce(testPool);

        assertInstanceOf(PoolEvent.CooldownStarted.class, poolEvents.getLast());
    }

    @Test
    void the_shorter_rest_that_a_group_had_before_is_what_it_has_again() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        List<Step.Attempt> attempts = IntStream.range(0, 6)
                .mapToObj(_ -> testPool.attempt(groqs(BIG)))
                .toList();
        Duration shorter = Duration.ofMillis(800);
        testPool.failed(attempts.get(0), limited(shorter));
        testPool.failed(attempts.get(3), limited(null));
        testPool.failed(attempts.get(1), limited(null));
        RequestAttempts notToTheThird =
                testPool.journey(groqs(BIG)).failedAt(attempts.get(5).failed(empty()));
        assertEquals(new KeySelection.NoneReady(testPool.now.plusSeconds(2), null), testPool.choose(notToTheThird));
        testPool.failed(attempts.get(2), limited(null));

        testPool.pass(shorter);

        assertEquals("groq/1", testPool.answeredBy(groqs(BIG)), "back to the front");
    }

    @ParameterizedTest
    @CsvSource({"3599, 3600, 0", "3600, 3601, 1", "1, 604800, 1", "3601, 604800, 0"})
    void rest_that_grows_beyond_an_hour_is_reported_again(long first, long then, int times) {
        var testPool = new TestPool(provider(GROQ, "a"));
        Step.Attempt one = testPool.attempt(groqs(BIG));
        Step.Attempt other = testPool.attempt(groqs(BIG));
        testPool.failed(one, limited(Duration.ofSeconds(first)));

        List<PoolEvent> poolEvents = testPool.failed(other, limited(Duration.ofSeconds(then)));

        assertEquals(times, poolEvents.size(), poolEvents::toString);
    }

    private static List<PoolEvent> limitOnce(TestPool testPool) {
        return testPool.failed(testPool.attempt(groqs(BIG)), limited(null));
    }
}
