package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.rotation.RateLimitStatuses;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Failure OUTAGE = new Failure.Unavailable("down", null);

    @Test
    void believes_what_the_upstream_said_first() {
        var failure = new Failure.RateLimited(
                "limited", Duration.ofSeconds(42), RateLimitStatuses.spentFor(Duration.ofSeconds(7)));

        assertEquals(Duration.ofSeconds(42), pause(failure, 3, 0.5));
    }

    @Test
    void takes_the_reset_of_the_empty_bucket_when_the_upstream_said_nothing() {
        var failure = new Failure.RateLimited("limited", null, RateLimitStatuses.spentFor(Duration.ofSeconds(7)));

        assertEquals(Duration.ofSeconds(7), pause(failure, 3, 0.5));
    }

    @Test
    void doubles_its_own_guess_up_to_a_cap() {
        var failure = new Failure.RateLimited("limited", null, RateLimitStatus.UNKNOWN);

        assertEquals(2, pause(failure, 0, 0.5).toSeconds());
        assertEquals(4, pause(failure, 1, 0.5).toSeconds());
        assertEquals(32, pause(failure, 4, 0.5).toSeconds());
        assertEquals(60, pause(failure, 5, 0.5).toSeconds());
        assertEquals(60, pause(failure, Integer.MAX_VALUE, 0.5).toSeconds());
    }

    @Test
    void believes_a_limit_of_a_day() {
        var failure = new Failure.RateLimited("limited", Duration.ofHours(23), RateLimitStatus.UNKNOWN);

        assertEquals(Duration.ofHours(23), pause(failure, 0, 0.5));
    }

    @Test
    void bounds_what_a_broken_upstream_says() {
        assertEquals(
                RateLimitStatus.LONGEST_WINDOW,
                pause(new Failure.RateLimited("limited", Duration.ofDays(999_999), RateLimitStatus.UNKNOWN), 0, 0.5));
    }

    @Test
    void takes_to_come_back_at_once_as_nothing_said() {
        for (Duration said : List.of(Duration.ZERO, Duration.ofSeconds(-5))) {
            var emptyForNoTime = new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", 10L, 0, said)));

            assertEquals(
                    Duration.ofSeconds(8), pause(new Failure.RateLimited("limited", said, RateLimitStatus.UNKNOWN), 2));
            assertEquals(Duration.ofSeconds(8), pause(new Failure.RateLimited("limited", null, emptyForNoTime), 2));
            assertEquals(Duration.ofSeconds(4), pause(new Failure.Overloaded("busy", said), 2));
            assertEquals(Duration.ofSeconds(2), pause(new Failure.Unavailable("down", said), 2));
        }
    }

    private static Duration pause(Failure failure, int level, double chance) {
        return FailurePolicy.pause(failure, level, chance);
    }

    private static Duration pause(Failure failure, int level) {
        return pause(failure, level, 0.5);
    }

    @Test
    void looks_for_the_end_of_an_outage_however_long_the_upstream_says_it_takes() {
        var week = Duration.ofDays(7);

        assertEquals(Duration.ofMinutes(5), pause(new Failure.Unavailable("maintenance", week), 0, 0.5));
        assertEquals(Duration.ofMinutes(5), pause(new Failure.Overloaded("busy", week), 0, 0.5));
    }

    @Test
    void spreads_the_ends_of_outages_by_a_quarter_either_way() {
        assertEquals(375, pause(OUTAGE, 0, 0).toMillis());
        assertEquals(500, pause(OUTAGE, 0, 0.5).toMillis());
        assertTrue(pause(OUTAGE, 0, 0.999).toMillis() >= 624);
    }

    @Test
    void knocks_at_a_dead_provider_again_within_half_a_minute_for_ever() {
        assertTrue(IntStream.range(0, 100)
                .mapToObj(level -> pause(OUTAGE, level, 0.999))
                .allMatch(pause -> pause.compareTo(Duration.ofSeconds(30)) < 0));
    }

    @Test
    void rests_long_what_only_people_can_mend() {
        var no = new UpstreamError(404, "no such model", null, null, "model_not_found");

        assertEquals(Duration.ofHours(1), pause(new Failure.KeyRefused("invalid"), 0, 0.5));
        assertEquals(Duration.ofHours(1), pause(new Failure.AccountBlocked("unpaid"), 0, 0.5));
        assertEquals(Duration.ofMinutes(10), pause(new Failure.ModelUnavailable(no), 0, 0.5));
    }
}
