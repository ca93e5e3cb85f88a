package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who has been let in, however late anybody looks.
class KeyPoolAdmissionTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final TestPool testPool = new TestPool(provider(GROQ, "a"));

    @Test
    void call_not_refused_for_a_second_is_admitted_though_it_fails_before_anybody_looks() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        testPool.answered(testPool.attempt(groqs(BIG)));
        Step.Attempt slow = testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        testPool.pass(A_MINUTE);

        testPool.failed(slow, new Failure.EmptyReply("nothing"));

        testPool.attempt(groqs(BIG));
        testPool.attempt(groqs(BIG));
        assertInstanceOf(
                KeySelection.Chosen.class,
                testPool.choose(testPool.journey(groqs(BIG))),
                "two were let in: three may be pending");
    }

    @Test
    void whoever_was_let_in_since_a_stream_began_takes_from_what_it_tells_in_the_end() {
        Step.Attempt stream = testPool.attempt(groqs(BIG));
        testPool.keyPool.answering(stream, testPool.now);
        testPool.pass(Duration.ofMillis(200));
        testPool.answered(testPool.attempt(groqs(BIG)));
        testPool.pass(A_SECOND);

        testPool.keyPool.answered(stream, requestsLeft(2), testPool.now);

        testPool.attempt(groqs(BIG));
        assertInstanceOf(
                KeySelection.NoneReady.class, testPool.choose(testPool.journey(groqs(BIG))), "one of the two is left");
    }

    @Test
    void the_next_may_go_as_soon_as_the_first_after_a_limit_is_being_answered() {
        Step.Attempt trial = trialOfALimit();
        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(testPool.journey(groqs(BIG))));

        testPool.keyPool.answering(trial, testPool.now);

        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void what_has_recovered_is_said_as_soon_as_it_is_being_answered() {
        Step.Attempt trial = trialOfALimit();

        List<PoolEvent> poolEvents = testPool.keyPool.answering(trial, testPool.now);

        assertEquals(List.of(new PoolEvent.Recovered(trial.probes().iterator().next())), poolEvents);
        assertEquals(List.of(), testPool.answered(trial), "and not again");
    }

    private Step.Attempt trialOfALimit() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        return testPool.attempt(groqs(BIG));
    }

    private static RateLimitStatus requestsLeft(long remaining) {
        return new RateLimitStatus(List.of(new Bucket("requests", 30L, remaining, A_MINUTE)));
    }
}
