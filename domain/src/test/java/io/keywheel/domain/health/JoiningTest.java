package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What two groups that turn out to be one know of what is left.
class JoiningTest {

    private static final Spent ALL = new Spent(1, Long.MAX_VALUE);

    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");

    private final Permits mine = new Permits();
    private final Permits other = new Permits();
    private Instant now = Pool.START;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_key_with_too_little_left_is_back_when_the_other_was_told_later_that_there_is_enough(int shortOf) {
        var pool = new Pool(provider(GROQ, "a", "b"));
        if (shortOf == 2) {
            pool.answeredBy(groqs(SMALL));
        }
        pool.wheel.answered(pool.attempt(groqs(SMALL)), Allowances.spentFor(A_MINUTE), pool.now);
        pool.pass(A_SECOND);
        pool.wheel.answered(pool.attempt(groqs(SMALL)), Allowances.tokensLeft(5000, A_MINUTE), pool.now);
        assertEquals("groq/" + (3 - shortOf), pool.answeredBy(groqs(SMALL)));

        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", A_SECOND));
        pool.failed(pool.attempt(groqs(BIG)), limitedOf("org", A_SECOND));

        assertEquals("groq/" + shortOf, pool.answeredBy(groqs(SMALL)));
    }

    @Test
    void what_only_one_of_them_was_told_holds_for_both() {
        other.answered(begun(0), left(9, 100), ALL, now);

        mine.absorb(other, now);

        assertHoldTokens(100);
    }

    @Test
    void of_what_both_were_told_the_later_holds() {
        mine.answered(begun(0), left(9, 100), ALL, now);
        now = now.plus(A_SECOND);
        other.answered(begun(0), left(9, 700), ALL, now);

        mine.absorb(other, now);

        assertHoldTokens(700);
    }

    @Test
    void what_one_of_them_was_told_earlier_holds_no_more() {
        other.answered(begun(0), left(9, 100), ALL, now);
        now = now.plus(A_SECOND);
        mine.answered(begun(0), left(9, 700), ALL, now);

        mine.absorb(other, now);

        assertHoldTokens(700);
    }

    @Test
    void an_answer_from_before_knows_of_all_that_was_let_in_by_then_and_of_nothing_since() {
        Step.Attempt slow = begun(700);
        other.begin(KEY, now, 700);
        other.answering(slow, now);
        letIn(mine, 500);
        letIn(mine, 500);
        mine.absorb(other, now);
        letIn(mine, 50);

        mine.answered(slow, left(2, 150), ALL, now);

        assertHoldTokens(100);
        mine.begin(KEY, now, 1);
        assertNotNull(mine.crowd(1, now), "one more request was left");
    }

    private void letIn(Permits permits, long need) {
        permits.begin(KEY, now, need);
        permits.answered(begun(need), Allowance.UNKNOWN, ALL, now);
    }

    private void assertHoldTokens(long tokens) {
        assertNull(mine.want(tokens, now));
        assertNotNull(mine.want(tokens + 1, now));
    }

    private Step.Attempt begun(long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), now, need);
    }

    private static Allowance left(long requests, long tokens) {
        return new Allowance(List.of(
                new Bucket("requests", 30L, requests, A_MINUTE), new Bucket("tokens", 8000L, tokens, A_MINUTE)));
    }
}
