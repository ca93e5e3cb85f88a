package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A bucket of few requests that refills one each 100 ms, with slower answers.
class SmallBucketTest extends AdmissionFixture {

    @Test
    void next_request_is_refilled_from_the_send_time_of_the_call() {
        reportAt(0, 1, 0);
        send(200);

        assertFreeFrom(304);
        send(350);
        assertFreeFrom(454);
    }

    @Test
    void burst_takes_the_whole_bucket() {
        reportAt(0, 3, 0);
        send(1000);
        send(1000);
        send(1000);

        assertFreeFrom(1110);
    }

    @ParameterizedTest(name = "sent {0} ms before the reporting call: next after {1} ms")
    @CsvSource({"50, 104", "4, 104", "3, 204", "0, 204"})
    void report_includes_calls_in_flight_sent_4_ms_before_its_own(long before, long free) {
        send(1000 - before);
        send(1000);

        answer(1000, 1, 0, 1050);

        assertFreeFrom(1000 + free);
    }

    @Test
    void late_admitted_call_takes_its_request_as_of_its_send_time() {
        reportAt(0, 1, 0);
        send(1000);
        send(1500);

        answerSilently(1500, 1600);
        answerSilently(1000, 1610);

        assertNull(admission.quotaBlock(0, at(1610)));
        send(1610);
        assertFreeFrom(1714);
    }

    @Test
    void call_sent_within_a_refill_of_the_next_still_takes_its_request() {
        reportAt(0, 1, 0);
        send(1000);
        send(1099);

        answerSilently(1099, 1150);

        assertFreeFrom(1303);
    }

    private static AdmissionBlock known(@Nullable AdmissionBlock block) {
        assertNotNull(block);
        return block;
    }

    private void assertFreeFrom(long millis) {
        assertEquals(
                at(millis),
                known(admission.inFlightBlock(0, at(millis).minusNanos(1))).until());
        assertNull(admission.inFlightBlock(0, at(millis)));
    }

    private void reportAt(long millis, long limit, long remaining) {
        answer(millis, limit, remaining, millis);
    }

    private void send(long millis) {
        admission.begin(KEY, at(millis), 0);
    }

    private void answer(long sent, long limit, long remaining, long millis) {
        var reset = Duration.ofMillis(100 * (limit - remaining));
        var status = reported(new Bucket("requests", limit, remaining, reset, true));
        admission.answered(call(at(sent), 0), status, ALL, at(millis));
    }

    private void answerSilently(long sent, long millis) {
        admission.answered(call(at(sent), 0), RateLimitStatus.UNKNOWN, ALL, at(millis));
    }

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }
}
