package io.keywheel.domain.quota;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.START;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Step;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionControlTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final SpentTokens ALL = new SpentTokens(1, Long.MAX_VALUE);
    private static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");

    /// A hundred tokens flow back each second.
    private static final Bucket TOKENS = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true);

    private final AdmissionControl admissionControl = new AdmissionControl();

    static List<Arguments> reports() {
        return List.of(
                arguments("three requests left", List.of(requests(3)), List.of(0L, 0L, 0L, 0L), 3),
                arguments("1000 tokens left", List.of(tokens(1000)), List.of(400L, 400L, 201L), 2),
                arguments("1000 tokens left", List.of(tokens(1000)), List.of(400L, 400L, 200L), 3),
                arguments("nothing left, no reset", List.of(new Bucket("requests", 30L, 0, null)), List.of(0L, 0L), 1));
    }

    @ParameterizedTest(name = "{0}, calls of {2}: {3} in flight")
    @MethodSource("reports")
    void calls_in_flight_never_exceed_what_is_left(String what, List<Bucket> left, List<Long> needs, int admitted) {
        report(START, left);

        for (long need : needs) {
            if (admissionControl.crowdedUntil(need, START) == null) {
                admissionControl.begin(KEY, START, need);
            }
        }

        assertEquals(admitted, admissionControl.inFlight(START), what);
    }

    @Test
    void crowd_keeps_no_call_away_that_exceeds_the_limit() {
        report(START, List.of(new Bucket("tokens", 300L, 0, A_SECOND)));
        Instant full = START.plus(A_SECOND);
        admissionControl.begin(KEY, full, 284);

        AdmissionBlock crowd = admissionControl.crowdedUntil(284, full);

        assertNull(admissionControl.crowdedUntil(301, full));
        assertEquals(new AdmissionBlock(full.plus(A_SECOND), 284, 300), crowd);
    }

    enum End {
        ANSWERED,
        FAILED,
        WITHDRAWN
    }

    @ParameterizedTest
    @EnumSource
    void call_that_ends_makes_room_for_another(End end) {
        report(START, List.of(requests(2)));
        admissionControl.begin(KEY, START, 0);
        admissionControl.begin(KEY, START, 0);
        assertNotNull(admissionControl.crowdedUntil(0, START));

        Step.Attempt call = call(START, 0);
        switch (end) {
            case ANSWERED -> admissionControl.answered(call, new RateLimitStatus(List.of(requests(2))), ALL, START);
            case FAILED -> admissionControl.failed(call, SpentTokens.NOTHING, START);
            case WITHDRAWN -> admissionControl.withdrawn(call, START);
        }

        assertEquals(1, admissionControl.inFlight(START));
        assertNull(admissionControl.crowdedUntil(0, START));
    }

    @Test
    void call_not_refused_for_a_second_is_accepted() {
        admissionControl.begin(KEY, START, 0);

        assertEquals(1, admissionControl.inFlight(START.plus(A_SECOND).minusNanos(1)));
        assertEquals(0, admissionControl.inFlight(START.plus(A_SECOND)));
    }

    @Test
    void accepted_call_takes_from_what_is_left() {
        report(START, List.of(requests(2)));
        Instant later = START.plus(A_SECOND);
        accept(later, 0);
        assertNull(admissionControl.budgetBlock(0, later));

        accept(later, 0);

        assertNotNull(admissionControl.budgetBlock(0, later));
    }

    @ParameterizedTest
    @ValueSource(longs = {600, 1500})
    void call_begun_later_than_decided_is_in_flight_from_then(long millis) {
        report(START, List.of(requests(1)));
        Instant decided = START.plus(A_SECOND);
        admissionControl.begin(KEY, decided, 0);
        Instant begun = decided.plusMillis(millis);
        admissionControl.inFlight(begun);

        admissionControl.beginLater(call(decided, 0), begun);

        assertEquals(1, admissionControl.inFlight(begun.plus(A_SECOND).minusNanos(1)));
        assertEquals(0, admissionControl.inFlight(begun.plus(A_SECOND)));
    }

    @ParameterizedTest(name = "first call at {0} ms leaves {1}, second at {2} ms leaves {3}: {4}")
    @CsvSource({
        "0, 100, 1000, 700, 700",
        "1000, 700, 0, 100, 700",
        "0, 100, 50, 700, 100",
        "50, 700, 0, 100, 100",
        "200, 700, 0, 100, 700"
    })
    void report_on_the_later_call_counts_and_on_calls_begun_together_the_lower(
            long first, long firstLeft, long second, long secondLeft, long left) {
        report(START.plusMillis(first), List.of(tokens(firstLeft)));
        report(START.plusMillis(second), List.of(tokens(secondLeft)));

        assertHolds(left, START.plus(A_SECOND));
    }

    @Test
    void limit_reports_what_is_left_as_an_answer_does() {
        admissionControl.limited(call(START, 0), new RateLimitStatus(List.of(tokens(100))), START);

        assertHolds(100, START);
    }

    @Test
    void report_does_not_know_of_calls_accepted_since() {
        admissionControl.begin(KEY, START, 0);
        admissionControl.answering(call(START, 0), START);
        Instant later = START.plusMillis(200);
        accept(later, 500);

        report(START, List.of(tokens(1000)));

        assertHolds(500, later);
    }

    @Test
    void report_knows_of_calls_accepted_before() {
        Instant younger = START.plusMillis(900);
        admissionControl.begin(KEY, START, 0);
        admissionControl.begin(KEY, younger, 0);
        Instant now = START.plusMillis(1500);
        admissionControl.answering(call(younger, 0), now);

        admissionControl.answered(call(younger, 0), new RateLimitStatus(List.of(requests(1))), ALL, now);

        assertNull(admissionControl.budgetBlock(0, now));
    }

    @Test
    void report_does_not_know_of_a_call_begun_right_after() {
        report(START, List.of(requests(1)));
        accept(START.plusMillis(1), 0);

        assertNotNull(admissionControl.budgetBlock(0, START.plusMillis(2)));
    }

    @ParameterizedTest(name = "report on the second call first: {0}")
    @ValueSource(booleans = {true, false})
    void call_that_a_later_report_knows_of_is_subtracted_once(boolean secondFirst) {
        Instant now = START.plusMillis(2);
        report(START, List.of(tokens(1000)));
        Step.Attempt first = call(START.plusMillis(1), 100);
        Step.Attempt second = call(now, 100);
        for (Step.Attempt call : List.of(first, second)) {
            admissionControl.begin(KEY, call.startedAt(), 100);
        }
        for (Step.Attempt call : List.of(first, second)) {
            admissionControl.answering(call, now);
        }

        for (Step.Attempt call : secondFirst ? List.of(second, first) : List.of(first, second)) {
            long left = call.equals(first) ? 900 : 800;
            admissionControl.answered(call, new RateLimitStatus(List.of(tokens(left))), new SpentTokens(1, 100), now);
        }

        assertHolds(800, now);
    }

    @Test
    void call_that_arrived_before_the_one_that_reported_is_not_subtracted() {
        Instant now = START.plusMillis(1);
        report(START, List.of(tokens(800)));
        admissionControl.begin(KEY, now, 100);

        admissionControl.answered(
                call(now, 100), new RateLimitStatus(List.of(tokens(900))), new SpentTokens(1, 100), now);

        assertHolds(800, now);
    }

    @Test
    void of_two_calls_begun_together_that_counts_after_which_a_continuous_bucket_is_full_later() {
        report(START, List.of(new Bucket("requests", 5L, 1, Duration.ofMillis(400), true)));
        Instant later = START.plusMillis(90);
        report(later, List.of(new Bucket("requests", 5L, 1, Duration.ofMillis(399), true)));

        admissionControl.begin(KEY, later.plusMillis(1), 0);

        assertNotNull(admissionControl.crowdedUntil(0, later.plusMillis(108)));
        assertNull(admissionControl.crowdedUntil(0, later.plusMillis(109)));
    }

    @Test
    void attempt_that_is_not_known_of_is_not_in_flight_when_it_begins() {
        admissionControl.beginLater(call(START, 0), START);

        assertEquals(0, admissionControl.inFlight(START));
    }

    @Test
    void call_of_a_key_that_left_has_spent_all_that_it_may() {
        Instant later = START.plus(A_SECOND);
        report(START, List.of(tokens(1000)));
        admissionControl.begin(KEY, later, 400);
        admissionControl.answering(call(later, 400), later);

        admissionControl.keep(_ -> false, later);
        admissionControl.failed(call(later, 400), SpentTokens.NOTHING, later);

        assertHolds(600, later);
    }

    static List<Arguments> blocks() {
        return List.of(
                arguments(List.of(TOKENS, requests(9)), 0, START.plusMillis(500), 1000),
                arguments(List.of(TOKENS, requests(9)), 100, START.plusMillis(500), 1010),
                arguments(List.of(TOKENS, new Bucket("requests", 30L, 1, null)), 0, START.plus(A_SECOND), 1000));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void call_is_blocked_until_enough_is_refilled_or_the_first_in_flight_is_accepted(
            List<Bucket> left, long millis, Instant until, long most) {
        report(START, left);
        admissionControl.begin(KEY, START, 600);

        assertEquals(
                new AdmissionBlock(until, 450, most), admissionControl.crowdedUntil(450, START.plusMillis(millis)));
    }

    static List<Arguments> budgets() {
        return List.of(
                arguments(TOKENS, START.plusSeconds(5), 8000),
                arguments(requests(0), START.plus(A_MINUTE), Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("budgets")
    void block_counts_for_all_larger_calls_that_the_bucket_can_hold(Bucket left, Instant until, long most) {
        report(START, List.of(left));

        assertEquals(new AdmissionBlock(until, 1500, most), admissionControl.budgetBlock(1500, START));
    }

    @Test
    void block_of_a_call_in_flight_is_looked_at_again_when_enough_is_left_without_it() {
        report(START, List.of(TOKENS));
        admissionControl.begin(KEY, START.plusMillis(1), 1000);

        AdmissionBlock block = requireNonNull(admissionControl.budgetBlock(1500, START.plusMillis(1)));

        assertEquals(START.plusSeconds(5), block.recheck());
        assertTrue(block.until().isAfter(block.recheck()));
    }

    @Test
    void block_ends_with_the_call_in_flight_that_caused_it() {
        report(START, List.of(tokens(1000)));
        admissionControl.begin(KEY, START, 400);
        admissionControl.begin(KEY, START, 400);

        admissionControl.failed(call(START, 400), SpentTokens.NOTHING, START);

        assertNull(admissionControl.crowdedUntil(600, START));
        assertNotNull(admissionControl.crowdedUntil(601, START));
    }

    static List<Arguments> mergedReports() {
        return List.of(
                arguments("only the other has a report", null, List.of(100L), 100),
                arguments("the other's is later", List.of(100L), List.of(0L, 700L), 700),
                arguments("the own one is later", List.of(0L, 700L), List.of(100L), 700));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mergedReports")
    void merged_groups_know_the_later_report(String what, @Nullable List<Long> own, List<Long> others, long left) {
        var other = new AdmissionControl();
        reportEachSecond(admissionControl, own == null ? List.of() : own);
        reportEachSecond(other, others);

        admissionControl.absorb(other, START.plus(A_SECOND));

        assertHolds(left, START.plus(A_SECOND));
    }

    private static void reportEachSecond(AdmissionControl one, List<Long> left) {
        Instant at = START;
        for (long tokens : left) {
            one.answered(call(at, 0), new RateLimitStatus(List.of(requests(9), tokens(tokens))), ALL, at);
            at = at.plus(A_SECOND);
        }
    }

    @Test
    void report_from_before_a_merger_knows_of_all_calls_accepted_before_it() {
        var other = new AdmissionControl();
        Step.Attempt slow = call(START, 700);
        other.begin(KEY, START, 700);
        other.answering(slow, START);
        accept(START, 500);
        accept(START, 500);
        admissionControl.absorb(other, START);
        accept(START, 50);

        admissionControl.answered(slow, new RateLimitStatus(List.of(requests(2), tokens(150))), ALL, START);

        assertHolds(100, START);
        admissionControl.begin(KEY, START, 1);
        assertNotNull(admissionControl.crowdedUntil(1, START), "one more request was left");
    }

    @Test
    void report_from_before_a_merger_is_less_the_calls_that_the_other_group_accepted_since() {
        var other = new AdmissionControl();
        other.begin(KEY, START, 0);
        other.answering(call(START, 0), START);
        Instant later = START.plusMillis(200);
        admissionControl.begin(KEY, later, 500);
        admissionControl.answering(call(later, 500), later);
        admissionControl.absorb(other, later);

        report(START, List.of(tokens(1000)));

        assertHolds(500, later);
    }

    @ParameterizedTest(name = "own: {0}")
    @ValueSource(booleans = {false, true})
    void call_accepted_before_a_merger_takes_nothing_of_what_the_other_group_has_left(boolean own) {
        var other = new AdmissionControl();
        (own ? admissionControl : other).begin(KEY, START.plusMillis(500), 400);
        (own ? other : admissionControl)
                .answered(call(START, 0), new RateLimitStatus(List.of(tokens(1000))), ALL, START);

        admissionControl.absorb(other, START.plusSeconds(2));

        assertHolds(1000, START.plusSeconds(2));
    }

    private void report(Instant begun, List<Bucket> left) {
        admissionControl.answered(call(begun, 0), new RateLimitStatus(left), ALL, begun);
    }

    private void accept(Instant at, long need) {
        admissionControl.begin(KEY, at, need);
        admissionControl.answered(call(at, need), RateLimitStatus.UNKNOWN, ALL, at);
    }

    private void assertHolds(long tokens, Instant now) {
        assertNull(admissionControl.budgetBlock(tokens, now));
        assertNotNull(admissionControl.budgetBlock(tokens + 1, now));
    }

    private static Step.Attempt call(Instant begun, long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), begun, need);
    }

    private static Bucket requests(long remaining) {
        return new Bucket("requests", 30L, remaining, A_MINUTE);
    }

    private static Bucket tokens(long remaining) {
        return new Bucket("tokens", 8000L, remaining, A_MINUTE);
    }
}
