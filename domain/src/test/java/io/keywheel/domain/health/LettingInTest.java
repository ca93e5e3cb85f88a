package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who has been let in, however late anybody looks.
class LettingInTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final Pool pool = new Pool(provider(GROQ, "a"));

    @Test
    void whoever_is_not_refused_for_a_second_has_been_let_in_though_it_fails_before_anybody_looks() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        pool.answered(pool.attempt(groqs(BIG)));
        Step.Attempt slow = pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        pool.pass(A_MINUTE);

        pool.failed(slow, new Failure.EmptyReply("nothing"));

        pool.attempt(groqs(BIG));
        pool.attempt(groqs(BIG));
        assertInstanceOf(
                Choice.Chosen.class, pool.choose(pool.journey(groqs(BIG))), "two were let in: three may be pending");
    }

    @Test
    void whoever_was_let_in_since_a_stream_began_takes_from_what_it_tells_in_the_end() {
        Step.Attempt stream = pool.attempt(groqs(BIG));
        pool.wheel.answering(stream, pool.now);
        pool.pass(Duration.ofMillis(200));
        pool.answered(pool.attempt(groqs(BIG)));
        pool.pass(A_SECOND);

        pool.wheel.answered(stream, requestsLeft(2), pool.now);

        pool.attempt(groqs(BIG));
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(groqs(BIG))), "one of the two is left");
    }

    @Test
    void the_next_may_go_as_soon_as_the_first_after_a_limit_is_being_answered() {
        Step.Attempt trial = trialOfALimit();
        assertInstanceOf(Choice.NoneReady.class, pool.choose(pool.journey(groqs(BIG))));

        pool.wheel.answering(trial, pool.now);

        assertInstanceOf(Choice.Chosen.class, pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void what_has_recovered_is_said_as_soon_as_it_is_being_answered() {
        Step.Attempt trial = trialOfALimit();

        List<Change> changes = pool.wheel.answering(trial, pool.now);

        assertEquals(List.of(new Change.Recovered(trial.trials().iterator().next())), changes);
        assertEquals(List.of(), pool.answered(trial), "and not again");
    }

    private Step.Attempt trialOfALimit() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        return pool.attempt(groqs(BIG));
    }

    private static Allowance requestsLeft(long remaining) {
        return new Allowance(List.of(new Bucket("requests", 30L, remaining, A_MINUTE)));
    }
}
