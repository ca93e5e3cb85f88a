package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionBlock;
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

/// How long a call is kept from a group, and of which others that speaks.
class LimitAvoidanceTest {

    private static final SpentTokens ALL = new SpentTokens(1, Long.MAX_VALUE);

    private static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    /// A hundred flow back each second.
    private static final Bucket TOKENS = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true);

    private final AdmissionControl admissionControl = new AdmissionControl();

    @Test
    void until_enough_has_flowed_back_for_all_that_are_pending_and_itself() {
        told(TOKENS, new Bucket("requests", 30L, 9, A_MINUTE));
        admissionControl.begin(KEY, START, 600);

        assertEquals(new AdmissionBlock(START.plusMillis(500), 450, 1000), admissionControl.crowdedUntil(450, START));
        assertEquals(
                new AdmissionBlock(START.plusMillis(500), 450, 1010),
                admissionControl.crowdedUntil(450, START.plusMillis(100)));
    }

    @Test
    void until_the_first_is_let_in_where_nobody_says_when_there_is_more() {
        told(TOKENS, new Bucket("requests", 30L, 1, null));
        admissionControl.begin(KEY, START, 600);

        assertEquals(new AdmissionBlock(START.plus(A_SECOND), 450, 1000), admissionControl.crowdedUntil(450, START));
    }

    @Test
    void together_with_all_larger_ones_that_the_bucket_could_hold_when_full() {
        told(TOKENS);

        assertEquals(new AdmissionBlock(START.plusSeconds(5), 1500, 8000), admissionControl.budgetBlock(1500, START));
    }

    @Test
    void together_with_all_larger_ones_where_requests_are_counted() {
        told(new Bucket("requests", 30L, 0, A_MINUTE));

        assertEquals(
                new AdmissionBlock(START.plus(A_MINUTE), 1500, Long.MAX_VALUE),
                admissionControl.budgetBlock(1500, START));
    }

    @Test
    void not_on_account_of_one_that_is_pending_no_more() {
        told(new Bucket("tokens", 8000L, 1000, A_MINUTE));
        admissionControl.begin(KEY, START, 400);
        admissionControl.begin(KEY, START, 400);

        admissionControl.failed(begun(START, 400), SpentTokens.NOTHING, START);

        assertNull(admissionControl.crowdedUntil(600, START));
        assertNotNull(admissionControl.crowdedUntil(601, START));
    }

    @Test
    void not_on_account_of_one_that_has_been_let_in_meanwhile() {
        admissionControl.begin(KEY, START, 0);

        assertEquals(1, admissionControl.inFlight(START.plus(A_SECOND).minusNanos(1)));
        assertEquals(0, admissionControl.inFlight(START.plus(A_SECOND)));
    }

    @Test
    void on_account_of_one_that_is_made_long_after_it_was_decided_on() {
        admissionControl.begin(KEY, START, 0);
        Instant late = START.plus(A_SECOND.multipliedBy(2));
        assertEquals(0, admissionControl.inFlight(late));

        admissionControl.beginLater(begun(START, 0), late);

        assertEquals(1, admissionControl.inFlight(late));
    }

    @Test
    void by_what_a_limit_told_as_by_what_an_answer_did() {
        admissionControl.limited(
                begun(START, 0), new RateLimitStatus(List.of(new Bucket("tokens", 8000L, 100, A_MINUTE))), START);

        assertNotNull(admissionControl.budgetBlock(101, START));
        assertNull(admissionControl.budgetBlock(100, START));
    }

    @Test
    void by_the_answer_to_the_later_call_though_the_earlier_one_tells_of_less() {
        told(new Bucket("tokens", 8000L, 700, A_MINUTE));
        Step.Attempt earlier = begun(START.minusMillis(200), 0);

        admissionControl.answered(
                earlier, new RateLimitStatus(List.of(new Bucket("tokens", 8000L, 100, A_MINUTE))), ALL, START);

        assertNull(admissionControl.budgetBlock(700, START));
    }

    @Test
    void by_what_an_answer_tells_less_the_tokens_of_those_let_in_since() {
        admissionControl.begin(KEY, START, 0);
        admissionControl.answering(begun(START, 0), START);
        Instant later = START.plusMillis(200);
        admissionControl.begin(KEY, later, 500);
        admissionControl.answered(begun(later, 500), RateLimitStatus.UNKNOWN, ALL, later);

        told(new Bucket("tokens", 8000L, 1000, A_MINUTE));

        assertNull(admissionControl.budgetBlock(500, later));
        assertNotNull(admissionControl.budgetBlock(501, later));
    }

    @Test
    void by_what_an_answer_tells_which_knows_of_those_let_in_before() {
        Instant younger = START.plusMillis(900);
        admissionControl.begin(KEY, START, 0);
        admissionControl.begin(KEY, younger, 0);
        Instant now = START.plusMillis(1500);
        admissionControl.answering(begun(younger, 0), now);

        admissionControl.answered(
                begun(younger, 0), new RateLimitStatus(List.of(new Bucket("requests", 30L, 1, A_MINUTE))), ALL, now);

        assertNull(admissionControl.budgetBlock(0, now));
    }

    private void told(Bucket... buckets) {
        admissionControl.answered(begun(START, 0), new RateLimitStatus(List.of(buckets)), ALL, START);
    }

    private static Step.Attempt begun(Instant at, long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), at, need);
    }
}
