package io.keywheel.domain.quota;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Admission of further calls while others are in flight.
class AdmissionControlTest extends AdmissionFixture {

    static List<Arguments> reports() {
        return List.of(
                arguments("three requests left", List.of(requests(3)), List.of(0L, 0L, 0L, 0L), 3),
                arguments("1000 tokens left", List.of(tokens(1000)), List.of(400L, 400L, 201L), 2),
                arguments("1000 tokens left", List.of(tokens(1000)), List.of(400L, 400L, 200L), 3),
                arguments("nothing left, no reset", List.of(new Bucket("requests", 30L, 0, null)), List.of(0L, 0L), 1));
    }

    @ParameterizedTest(name = "{0}, calls of {2}: {3} in flight")
    @MethodSource("reports")
    void calls_in_flight_never_exceed_the_remaining_quota(
            String what, List<Bucket> left, List<Long> needs, int accepted) {
        report(START, left);

        for (long need : needs) {
            if (admission.inFlightBlock(need, START) == null) {
                admission.begin(KEY, START, need);
            }
        }

        assertEquals(accepted, admission.inFlight(START), what);
    }

    @Test
    void call_larger_than_the_limit_is_not_blocked_by_calls_in_flight() {
        report(START, List.of(new Bucket("tokens", 300L, 0, A_SECOND)));
        Instant full = START.plus(A_SECOND);
        admission.begin(KEY, full, 284);

        AdmissionBlock inFlightBlock = admission.inFlightBlock(284, full);

        assertNull(admission.inFlightBlock(301, full));
        assertEquals(new AdmissionBlock(full.plus(A_SECOND), 284, 300), inFlightBlock);
        accept(full, 284);
        assertEquals(inFlightBlock, admission.inFlightBlock(284, full), "what is left after the reset is not known");
    }

    @ParameterizedTest
    @ValueSource(longs = {600, 1500})
    void postponed_call_is_in_flight_from_its_actual_start(long millis) {
        report(START, List.of(requests(1)));
        Instant decided = START.plus(A_SECOND);
        admission.begin(KEY, decided, 0);
        Instant begun = decided.plusMillis(millis);
        admission.inFlight(begun);

        admission.postpone(call(decided, 0), begun);

        assertEquals(1, admission.inFlight(begun.plus(A_SECOND).minusNanos(1)));
        assertEquals(0, admission.inFlight(begun.plus(A_SECOND)));
    }

    @Test
    void unknown_call_is_not_in_flight_when_it_begins() {
        admission.postpone(call(START, 0), START);

        assertEquals(0, admission.inFlight(START));
    }

    @Test
    void call_of_a_removed_key_counts_as_fully_spent() {
        Instant later = START.plus(A_SECOND);
        report(START, List.of(tokens(1000)));
        admission.begin(KEY, later, 400);
        admission.answering(call(later, 400), later);

        admission.retainKeys(_ -> false, later);
        admission.failed(call(later, 400), SpentTokens.NOTHING, later);

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
    void call_is_blocked_until_enough_is_refilled_or_the_first_in_flight_is_admitted(
            List<Bucket> left, long millis, Instant until, long most) {
        report(START, left);
        admission.begin(KEY, START, 600);

        assertEquals(new AdmissionBlock(until, 450, most), admission.inFlightBlock(450, START.plusMillis(millis)));
    }

    @Test
    void block_by_a_call_in_flight_is_rechecked_once_quota_without_it_is_enough() {
        report(START, List.of(TOKENS));
        admission.begin(KEY, START.plusMillis(1), 1000);

        AdmissionBlock block = requireNonNull(admission.quotaBlock(1500, START.plusMillis(1)));

        assertEquals(START.plusSeconds(5), block.recheck());
        assertTrue(block.until().isAfter(block.recheck()));
    }

    static List<Arguments> shortages() {
        return List.of(
                arguments(requests(3), 0, 100, true),
                arguments(requests(3), 0, 101, false),
                arguments(tokens(1000), 201, 100, true),
                arguments(tokens(1000), 200, 100, false));
    }

    @ParameterizedTest
    @MethodSource("shortages")
    void quota_shortage_counts_one_recent_call_more_per_other_gateway(
            Bucket left, long need, long millis, boolean isShort) {
        report(START, List.of(left));
        admission.begin(KEY, START.plusNanos(1), 400);

        assertEquals(
                isShort,
                admission.mayExceedLimit(1, need, START.plusMillis(millis).plusNanos(1)));
    }

    @Test
    void slow_start_is_short_for_another_gateway_until_a_call_is_admitted() {
        admission.limited(call(START, 0), RateLimitStatus.UNKNOWN, START);
        Instant later = START.plus(A_SECOND);
        admission.begin(KEY, later, 0);

        assertTrue(admission.mayExceedLimit(1, 0, later.plus(A_SECOND).minusNanos(1)));
        assertFalse(admission.mayExceedLimit(1, 0, later.plus(A_SECOND)));
    }

    @Test
    void later_claims_do_not_block_a_call_and_the_check_changes_no_state() {
        report(START, List.of(tokens(1000)));
        admission.begin(KEY, START.plusMillis(1), 100);
        Instant later = START.plus(A_SECOND).plusMillis(1);
        List.of(300L, 300L, 400L).forEach(need -> admission.begin(KEY, later, need));
        var claims = List.of(call(later, 300), call(later, 300));

        assertTrue(admission.hasRoomWithout(claims, 500, false, later));
        assertFalse(admission.hasRoomWithout(claims, 501, false, later));

        assertHolds(900, later);
        assertNotNull(admission.inFlightBlock(1, later));
    }

    @Test
    void block_ends_with_the_call_in_flight_that_caused_it() {
        report(START, List.of(tokens(1000)));
        admission.begin(KEY, START, 400);
        admission.begin(KEY, START, 400);

        admission.failed(call(START, 400), SpentTokens.NOTHING, START);

        assertNull(admission.inFlightBlock(600, START));
        assertNotNull(admission.inFlightBlock(601, START));
    }

    @Test
    void merged_groups_count_the_calls_in_flight_of_both() {
        var other = new AdmissionControl();
        Instant later = START.plusMillis(1);
        other.begin(KEY, START, 0);
        admission.begin(KEY, later, 0);

        admission.merge(other, later);

        assertEquals(2, admission.inFlight(later));
        assertEquals(1, admission.inFlight(START.plus(A_SECOND)), "the earlier one is accepted first");
    }

    @Test
    void merged_group_takes_over_the_window_of_a_limit() {
        var other = new AdmissionControl();
        other.limited(call(START, 0), RateLimitStatus.UNKNOWN, START);

        admission.merge(other, START);

        admission.begin(KEY, START, 0);
        assertNotNull(admission.inFlightBlock(0, START));
    }

    @Test
    void call_without_refusal_for_a_second_blocks_no_other() {
        report(START, List.of(tokens(1000)));
        admission.begin(KEY, START, 600);

        assertNotNull(admission.inFlightBlock(500, START));
        assertNull(admission.inFlightBlock(500, START.plus(A_SECOND)));
    }

    @Test
    void claim_is_decided_without_calls_that_were_not_refused_for_a_second() {
        admission.limited(call(START, 0), RateLimitStatus.UNKNOWN, START);
        Instant later = START.plus(A_SECOND);
        admission.begin(KEY, later, 0);

        assertTrue(admission.hasRoomWithout(List.of(), 0, false, later.plus(A_SECOND)));
    }

    @ParameterizedTest(name = "probe: {0}")
    @ValueSource(booleans = {false, true})
    void only_a_probe_is_admitted_with_an_empty_bucket(boolean probe) {
        report(START, List.of(requests(0)));

        assertEquals(probe, admission.hasRoomWithout(List.of(), 0, probe, START));
    }
}
