package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.keys;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a call takes from a bucket comes back or is spent.
class GivingBackTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    /// A hundred tokens flow back each second.
    private static final Bucket EVENLY = new Bucket("tokens", 8000L, 7900, A_SECOND, true);

    private Pool pool = new Pool(keys(GROQ, "a@team", "b@team"));

    static List<Failure> refusals() {
        return List.of(
                new Failure.TooLarge(Pool.NO),
                new Failure.Unsupported(Pool.NO),
                new Failure.Rejected(Pool.NO),
                new Failure.Overloaded("busy", Duration.ofNanos(1)),
                new Failure.Unavailable("down", Duration.ofNanos(1)));
    }

    static List<Failure> ends() {
        return List.of(
                new Failure.Cancelled(),
                new Failure.Interrupted("cut"),
                new Failure.EmptyReply("nothing"),
                new Failure.OutOfTime());
    }

    @ParameterizedTest
    @ValueSource(longs = {8001, Integer.MAX_VALUE, Long.MAX_VALUE})
    void call_of_any_size_takes_at_most_one_limit(long need) {
        tells(EVENLY);

        letIn(need);

        assertEquals(Pool.START.plusSeconds(2), readyFor(100), "7900 less 8000 is 200 too few");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void call_refused_late_gives_all_back(Failure refusal) {
        tells(EVENLY, new Bucket("requests", 30L, 1, A_MINUTE));
        Step.Attempt call = letIn(Integer.MAX_VALUE);

        pool.wheel.failed(call, refusal, Integer.MAX_VALUE, pool.now, 0.5);
        pool.pass(Duration.ofNanos(2));

        assertHolds(7900);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void call_left_or_broken_off_gives_back_what_it_has_not_spent(Failure end) {
        tells(EVENLY);
        Step.Attempt call = letIn(Long.MAX_VALUE);

        pool.wheel.failed(call, end, 500, pool.now, 0.5);

        assertHolds(7400);
    }

    @Test
    void call_left_has_spent_its_request() {
        tells(EVENLY, new Bucket("requests", 30L, 1, A_MINUTE));

        pool.failed(letIn(10), new Failure.Cancelled());

        assertEquals(Pool.START.plus(A_MINUTE), readyFor(0));
    }

    @Test
    void call_answered_with_less_than_estimated_gives_the_rest_back() {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        pool.wheel.answered(call, Allowance.UNKNOWN, 1500, pool.now);

        assertHolds(6400);
    }

    @ParameterizedTest
    @ValueSource(longs = {4000, 4001, Long.MAX_VALUE})
    void call_answered_with_no_less_than_estimated_gives_nothing_back(long spent) {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        pool.wheel.answered(call, Allowance.UNKNOWN, spent, pool.now);

        assertHolds(3900);
    }

    @Test
    void call_with_a_negative_use_gives_back_what_it_took_and_no_more() {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        pool.wheel.answered(call, Allowance.UNKNOWN, Long.MIN_VALUE, pool.now);

        assertHolds(7900);
    }

    @Test
    void calls_that_are_alike_in_everything_give_back_one_each() {
        pool = new Pool(keys(GROQ, "a"));
        tells(EVENLY);
        Step.Attempt one = pool.attempt(needing(3000));
        Step.Attempt other = pool.attempt(needing(3000));
        assertEquals(one, other);
        pool.wheel.answering(one, pool.now);
        pool.wheel.answering(other, pool.now);

        pool.failed(one, new Failure.Cancelled());
        pool.failed(other, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void what_comes_back_to_a_full_bucket_is_no_more_than_its_limit() {
        tells(EVENLY);
        Step.Attempt early = letIn(5000);
        pool.pass(A_MINUTE);

        pool.failed(early, new Failure.Cancelled());

        assertEquals(8000, held());
    }

    @Test
    void answer_tells_less_only_what_calls_let_in_since_have_spent() {
        tells(EVENLY);
        Step.Attempt stream = letIn(10);
        pool.pass(A_SECOND);
        Step.Attempt left = letIn(5000);
        letIn(700);
        pool.failed(left, new Failure.Cancelled());

        pool.wheel.answered(stream, new Allowance(List.of(EVENLY)), pool.now);

        assertHolds(7200);
    }

    @Test
    void what_an_answer_tells_less_a_call_still_under_way_comes_back_too() {
        tells(EVENLY);
        Step.Attempt stream = letIn(10);
        pool.pass(A_SECOND);
        Step.Attempt left = letIn(Long.MAX_VALUE);
        pool.wheel.answered(stream, new Allowance(List.of(EVENLY)), pool.now);

        pool.failed(left, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void call_made_long_after_it_was_decided_on_has_taken_nothing_before() {
        tells(EVENLY);
        Step.Attempt decided = pool.attempt(needing(5000));
        pool.pass(A_SECOND);
        readyFor(1);

        pool.wheel.begin(decided, pool.now);

        assertEquals(pool.now, readyFor(7900));
    }

    @Test
    void call_withdrawn_late_gives_all_back() {
        tells(EVENLY);
        Journey journey = needing(5000);
        Step.Attempt decided = pool.attempt(journey);
        pool.pass(A_SECOND);
        readyFor(1);

        pool.wheel.withdraw(decided, journey, pool.now);

        assertHolds(7900);
    }

    @Test
    void call_gives_back_to_the_group_that_its_group_has_joined() {
        pool = new Pool(provider(GROQ, "a", "b", "b"));
        pool.wheel.answered(pool.attempt(groqs(BIG)), Allowance.UNKNOWN, pool.now);
        Step.Attempt b = pool.attempt(groqs(BIG));
        pool.wheel.answered(b, new Allowance(List.of(EVENLY)), pool.now);
        pool.pass(A_SECOND);
        Step.Attempt call = pool.attempt(needing(5000));
        pool.wheel.answering(call, pool.now);
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", Duration.ofNanos(1)));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", Duration.ofNanos(1)));
        pool.pass(A_SECOND);
        pool.answered(pool.attempt(groqs(BIG)));

        pool.failed(call, new Failure.Cancelled());

        assertEquals(pool.now, readyFor(7900));
    }

    @Test
    void call_gives_back_after_the_settings_were_read_anew() {
        tells(EVENLY);
        Step.Attempt call = letIn(5000);
        pool.becomes(keys(GROQ, "b@team", "a@team"));

        pool.failed(call, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void call_of_a_key_that_has_left_has_spent_at_most_one_limit() {
        tells(EVENLY);
        Step.Attempt call = letIn(Long.MAX_VALUE);
        String other = Pool.key(call).equals("a") ? "b@team" : "a@team";
        pool.becomes(keys(GROQ, other));

        pool.failed(call, new Failure.Cancelled());

        assertEquals(Pool.START.plusSeconds(2), readyFor(100));
    }

    @Test
    void clock_that_steps_back_lengthens_no_rest_by_more_than_the_step() {
        tells(new Bucket("tokens", 8000L, 0, A_SECOND, true));
        Instant ready = readyFor(8000);

        pool.now = pool.now.minus(A_SECOND);

        assertEquals(ready, readyFor(8000));
    }

    private void tells(Bucket... buckets) {
        pool.wheel.answered(pool.attempt(groqs(BIG)), new Allowance(List.of(buckets)), pool.now);
        pool.pass(Duration.ofMillis(200));
        // What has flowed back meanwhile is no matter of these tests.
        pool.now = Pool.START.plusMillis(101);
    }

    /// A stream whose first content has come.
    private Step.Attempt letIn(long need) {
        Step.Attempt call = pool.attempt(needing(need));
        pool.wheel.answering(call, pool.now);
        return call;
    }

    private Journey needing(long tokens) {
        return Journey.begin(groqs(BIG), pool.terms(), tokens);
    }

    private Instant readyFor(long need) {
        return pool.wheel.shortage(needing(need), pool.now).readyAt();
    }

    /// The largest need that no bucket keeps away now.
    private long held() {
        long most = 0;
        for (long step = 1 << 13; step > 0; step /= 2) {
            if (most + step <= 8000 && readyFor(most + step).equals(pool.now)) {
                most += step;
            }
        }
        return most;
    }

    private void assertHolds(long tokens) {
        long held = held();
        assertTrue(held >= tokens && held <= tokens + 150, () -> "holds " + held);
        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(tokens)));
    }
}
