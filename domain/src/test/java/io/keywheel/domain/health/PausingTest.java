package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.empty;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a provider that limits this host is paused, and what is left of it afterwards.
class PausingTest {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    @Test
    void an_answer_to_an_attempt_from_before_does_not_show_that_the_host_may_ask() {
        var pool = new Pool(provider(GROQ, "a", "b", "c", "d"));
        Step.Attempt before = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(1));
        limitOnce(pool);
        limitOnce(pool);
        pool.answered(before);

        List<Change> changes = limitOnce(pool);

        assertEquals(new Change.Throttled(GROQ, pool.now.plus(FIRST_PAUSE), 3), changes.getLast());
    }

    @Test
    void says_of_each_pause_how_long_it_is() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        IntStream.range(0, 3).forEach(_ -> limitOnce(pool));
        pool.pass(FIRST_PAUSE);

        List<Change> changes = limitOnce(pool);

        Duration second = FIRST_PAUSE.multipliedBy(2);
        assertEquals(List.of(new Change.Throttled(GROQ, pool.now.plus(second), 0)), changes);
    }

    @Test
    void a_single_limit_right_after_the_pause_is_the_keys_own() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        IntStream.range(0, 3).forEach(_ -> limitOnce(pool));
        pool.pass(FIRST_PAUSE);
        pool.failed(pool.attempt(groqs(BIG)), new Failure.Rejected(NO));

        List<Change> changes = limitOnce(pool);

        assertInstanceOf(Change.Rested.class, changes.getLast());
    }

    @Test
    void the_shorter_rest_that_a_group_had_before_is_what_it_has_again() {
        var pool = new Pool(provider(GROQ, "a", "b", "c"));
        List<Step.Attempt> attempts =
                IntStream.range(0, 6).mapToObj(_ -> pool.attempt(groqs(BIG))).toList();
        Duration shorter = Duration.ofMillis(800);
        pool.failed(attempts.get(0), limited(shorter));
        pool.failed(attempts.get(3), limited(null));
        pool.failed(attempts.get(1), limited(null));
        Journey notToTheThird =
                pool.journey(groqs(BIG)).failedAt(attempts.get(5).failed(empty()));
        assertEquals(new Choice.NoneReady(pool.now.plusSeconds(2), null), pool.choose(notToTheThird));
        pool.failed(attempts.get(2), limited(null));

        pool.pass(shorter);

        assertEquals("groq/1", pool.answeredBy(groqs(BIG)), "back to the front");
    }

    @ParameterizedTest
    @CsvSource({"3599, 3600, 0", "3600, 3601, 1", "1, 604800, 1", "3601, 604800, 0"})
    void rest_that_grows_beyond_an_hour_is_told_of_again(long first, long then, int times) {
        var pool = new Pool(provider(GROQ, "a"));
        Step.Attempt one = pool.attempt(groqs(BIG));
        Step.Attempt other = pool.attempt(groqs(BIG));
        pool.failed(one, limited(Duration.ofSeconds(first)));

        List<Change> changes = pool.failed(other, limited(Duration.ofSeconds(then)));

        assertEquals(times, changes.size(), changes::toString);
    }

    private static List<Change> limitOnce(Pool pool) {
        return pool.failed(pool.attempt(groqs(BIG)), limited(null));
    }
}
