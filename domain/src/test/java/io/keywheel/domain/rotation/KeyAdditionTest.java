package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.quota.SpentTokens;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What two groups that turn out to be one know of what is left.
class KeyAdditionTest {

    private static final SpentTokens ALL = new SpentTokens(1, Long.MAX_VALUE);

    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");

    private final AdmissionControl mine = new AdmissionControl();
    private final AdmissionControl other = new AdmissionControl();
    private Instant now = TestPool.START;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_key_with_too_little_left_is_back_when_the_other_was_told_later_that_there_is_enough(int shortOf) {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        if (shortOf == 2) {
            testPool.answeredBy(groqs(SMALL));
        }
        testPool.keyPool.answered(testPool.attempt(groqs(SMALL)), RateLimitStatuses.spentFor(A_MINUTE), testPool.now);
        testPool.pass(A_SECOND);
        testPool.keyPool.answered(
                testPool.attempt(groqs(SMALL)), RateLimitStatuses.tokensLeft(5000, A_MINUTE), testPool.now);
        assertEquals("groq/" + (3 - shortOf), testPool.answeredBy(groqs(SMALL)));

        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", A_SECOND));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", A_SECOND));

        assertEquals("groq/" + shortOf, testPool.answeredBy(groqs(SMALL)));
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
        assertNotNull(mine.crowdedUntil(1, now), "one more request was left");
    }

    private void letIn(AdmissionControl admissionControl, long need) {
        admissionControl.begin(KEY, now, need);
        admissionControl.answered(begun(need), RateLimitStatus.UNKNOWN, ALL, now);
    }

    private void assertHoldTokens(long tokens) {
        assertNull(mine.budgetBlock(tokens, now));
        assertNotNull(mine.budgetBlock(tokens + 1, now));
    }

    private Step.Attempt begun(long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), now, need);
    }

    private static RateLimitStatus left(long requests, long tokens) {
        return new RateLimitStatus(List.of(
                new Bucket("requests", 30L, requests, A_MINUTE), new Bucket("tokens", 8000L, tokens, A_MINUTE)));
    }
}
