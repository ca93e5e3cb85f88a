package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Remaining quota after reports of several calls and of merged groups.
class AdmissionReportsTest extends AdmissionFixture {

    @ParameterizedTest(name = "first call at {0} ms leaves {1}, second at {2} ms leaves {3}: {4}")
    @CsvSource({
        "0, 100, 1000, 700, 700",
        "1000, 700, 0, 100, 700",
        "0, 100, 50, 700, 100",
        "50, 700, 0, 100, 100",
        "200, 700, 0, 100, 700"
    })
    void report_of_the_later_call_wins_and_of_simultaneous_calls_the_lower(
            long first, long firstLeft, long second, long secondLeft, long left) {
        report(START.plusMillis(first), List.of(tokens(firstLeft)));
        report(START.plusMillis(second), List.of(tokens(secondLeft)));

        assertHolds(left, START.plus(A_SECOND));
    }

    @Test
    void rate_limit_reports_remaining_quota_like_an_answer() {
        admission.limited(call(START, 0), reported(tokens(100)), START);

        assertHolds(100, START);
    }

    @ParameterizedTest(name = "the later call has ended: {0}")
    @ValueSource(booleans = {true, false})
    void report_excludes_calls_admitted_after_its_own(boolean ended) {
        admission.begin(KEY, START, 0);
        admission.answering(call(START, 0), START);
        Instant later = START.plusMillis(200);
        admission.begin(KEY, later, 500);
        admission.answering(call(later, 500), later);
        if (ended) {
            admission.answered(call(later, 500), RateLimitStatus.UNKNOWN, ALL, later);
        }

        report(START, List.of(tokens(1000)));

        assertHolds(500, later);
    }

    @Test
    void report_includes_calls_admitted_before_its_own() {
        Instant younger = START.plusMillis(900);
        admission.begin(KEY, START, 0);
        admission.begin(KEY, younger, 0);
        Instant now = START.plusMillis(1500);
        admission.answering(call(younger, 0), now);

        admission.answered(call(younger, 0), reported(requests(1)), ALL, now);

        assertNull(admission.quotaBlock(0, now));
    }

    @Test
    void call_included_in_the_report_of_a_later_one_is_not_subtracted_when_it_is_admitted() {
        Instant later = START.plusMillis(200);
        admission.begin(KEY, START, 100);
        report(later, List.of(tokens(1000)));

        admission.answering(call(START, 100), later);

        assertHolds(1000, later);
    }

    @Test
    void call_already_included_in_a_lower_report_is_not_subtracted_again() {
        Instant now = START.plusMillis(1);
        report(START, List.of(tokens(800)));
        admission.begin(KEY, now, 100);

        admission.answered(call(now, 100), reported(tokens(900)), new SpentTokens(1, 100), now);

        assertHolds(800, now);
    }

    @ParameterizedTest(name = "in their order: {0}")
    @ValueSource(booleans = {true, false})
    void simultaneous_reports_keep_the_later_full_time_of_a_continuous_bucket(boolean inOrder) {
        Instant later = START.plusMillis(90);
        for (Instant begun : inOrder ? List.of(START, later) : List.of(later, START)) {
            Duration reset = Duration.ofMillis(begun.equals(later) ? 399 : 400);
            report(begun, List.of(new Bucket("requests", 5L, 1, reset, true)));
        }

        admission.begin(KEY, later.plusMillis(1), 0);

        assertNotNull(admission.inFlightBlock(0, later.plusMillis(108)));
        assertNull(admission.inFlightBlock(0, later.plusMillis(110)));
    }

    @Test
    void simultaneous_reports_may_have_endless_resets() {
        var endless = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(Long.MAX_VALUE), true);

        report(START, List.of(endless));
        report(START, List.of(endless));

        assertHolds(1000, START);
    }

    static List<Arguments> mergedReports() {
        return List.of(
                arguments("only the other has a report", null, List.of(100L), 100),
                arguments("the other's is later", List.of(100L), List.of(0L, 700L), 700),
                arguments("the own one is later", List.of(0L, 700L), List.of(100L), 700));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mergedReports")
    void merged_group_keeps_the_later_report(String what, @Nullable List<Long> own, List<Long> others, long left) {
        var other = new AdmissionControl();
        reportEachSecond(admission, own == null ? List.of() : own);
        reportEachSecond(other, others);

        admission.merge(other, START.plus(A_SECOND));

        assertHolds(left, START.plus(A_SECOND));
    }

    private static void reportEachSecond(AdmissionControl one, List<Long> left) {
        Instant at = START;
        for (long tokens : left) {
            one.answered(call(at, 0), reported(requests(9), tokens(tokens)), ALL, at);
            at = at.plus(A_SECOND);
        }
    }

    @Test
    void report_from_before_a_merge_includes_all_calls_admitted_before_the_merge() {
        var other = new AdmissionControl();
        Step.Attempt slow = call(START, 700);
        other.begin(KEY, START, 700);
        other.answering(slow, START);
        accept(START, 500);
        accept(START, 500);
        admission.merge(other, START);
        accept(START, 50);

        admission.answered(slow, reported(requests(2), tokens(150)), ALL, START);

        assertHolds(100, START);
        admission.begin(KEY, START, 1);
        assertNotNull(admission.inFlightBlock(1, START), "one more request was left");
    }

    @Test
    void report_from_before_a_merge_excludes_later_calls_of_the_other_group() {
        var other = new AdmissionControl();
        other.begin(KEY, START, 0);
        other.answering(call(START, 0), START);
        Instant later = START.plusMillis(200);
        admission.begin(KEY, later, 500);
        admission.answering(call(later, 500), later);
        admission.merge(other, later);

        report(START, List.of(tokens(1000)));

        assertHolds(500, later);
    }

    @ParameterizedTest(name = "own: {0}")
    @ValueSource(booleans = {false, true})
    void call_from_before_a_merge_takes_nothing_from_the_other_group(boolean own) {
        var other = new AdmissionControl();
        (own ? admission : other).begin(KEY, START.plusMillis(500), 400);
        (own ? other : admission).answered(call(START, 0), reported(tokens(1000)), ALL, START);

        admission.merge(other, START.plusSeconds(2));

        assertHolds(1000, START.plusSeconds(2));
    }
}
