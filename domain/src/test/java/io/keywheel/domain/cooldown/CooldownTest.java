package io.keywheel.domain.cooldown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CooldownTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Failure DOWN = new Failure.Unavailable("down", null);
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);

    static List<Failure> whatDoesNotPass() {
        return List.of(
                new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN),
                new Failure.KeyRefused("no"),
                new Failure.AccountBlocked("unpaid"),
                new Failure.ModelUnavailable(NO),
                new Failure.TimedOut("slow"),
                new Failure.Unavailable("down until then", TEN),
                new Failure.Overloaded("busy until then", TEN));
    }

    static List<Failure> whatIsEvidenceAboutNobody() {
        return List.of(
                new Failure.EmptyReply("nothing"),
                new Failure.TooLarge(NO),
                new Failure.Unsupported(NO),
                new Failure.Rejected(NO),
                new Failure.Interrupted("cut"),
                new Failure.Cancelled(),
                new Failure.OutOfTime());
    }

    @ParameterizedTest
    @MethodSource("whatDoesNotPass")
    void what_takes_its_time_or_was_asked_for_is_no_suspicion(Failure failure) {
        assertFalse(begun(failure, 0).isUnconfirmed());
    }

    @ParameterizedTest
    @MethodSource("whatIsEvidenceAboutNobody")
    void what_is_evidence_about_nobody_is_no_reason_to_rest(Failure failure) {
        assertEquals(Duration.ZERO, FailurePolicy.pause(failure, 3, 0.5));
        assertFalse(begun(failure, 0).isUnconfirmed());
    }

    @Test
    void what_broke_at_once_is_a_suspicion_until_it_has_come_back_three_times() {
        assertTrue(begun(DOWN, 2).isUnconfirmed());
        assertFalse(begun(DOWN, 3).isUnconfirmed());
    }

    @Test
    void one_that_hangs_after_one_that_is_down_is_the_same_trouble_come_back() {
        Cooldown cooldown = begun(DOWN, 1);

        assertEquals(2, cooldown.levelFor(Failure.Kind.TIMED_OUT, NOW, NOW.plus(TEN), false));
        assertEquals(0, cooldown.levelFor(Failure.Kind.OVERLOADED, NOW, NOW.plus(TEN), false));
    }

    @Test
    void two_limits_are_the_same_trouble_and_a_limit_is_no_outage() {
        Cooldown cooldown = begun(new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN), 1);

        assertEquals(2, cooldown.levelFor(Failure.Kind.RATE_LIMITED, NOW, NOW.plus(TEN), false));
        assertEquals(0, cooldown.levelFor(Failure.Kind.UNAVAILABLE, NOW, NOW.plus(TEN), false));
        assertEquals(0, begun(DOWN, 1).levelFor(Failure.Kind.RATE_LIMITED, NOW, NOW.plus(TEN), false));
    }

    @Test
    void it_has_come_back_after_the_rest_or_to_its_probe_and_not_while_it_lasts() {
        Cooldown cooldown = begun(DOWN, 1);

        assertEquals(1, cooldown.levelFor(Failure.Kind.UNAVAILABLE, NOW, NOW.plusSeconds(1), false));
        assertEquals(2, cooldown.levelFor(Failure.Kind.UNAVAILABLE, NOW, NOW.plusSeconds(1), true));
        assertEquals(1, cooldown.levelFor(Failure.Kind.UNAVAILABLE, NOW.minusSeconds(1), NOW.plus(TEN), false));
    }

    @Test
    void two_rests_of_one_thing_have_the_probe_that_ends_later() {
        Cooldown without = begun(DOWN, 0);
        Cooldown soon = without.probed(NOW, NOW.plusSeconds(20));
        Cooldown late = without.probed(NOW, NOW.plusSeconds(30));

        assertEquals(NOW.plusSeconds(20), without.joined(soon).probeEnds());
        assertEquals(NOW.plusSeconds(20), soon.joined(without).probeEnds());
        assertEquals(NOW.plusSeconds(30), soon.joined(late).probeEnds());
        assertEquals(NOW.plusSeconds(30), late.joined(soon).probeEnds());
        assertNull(without.joined(without).probeEnds());
    }

    @Test
    void seen_again_with_an_earlier_end_it_keeps_the_later_and_counts_the_higher_level() {
        Cooldown cooldown = begun(DOWN, 1);
        Cooldown shorter = Cooldown.begin(DOWN, 2, NOW, Duration.ofSeconds(1));

        assertEquals(NOW.plus(TEN), cooldown.mergedWith(shorter).until());
        assertEquals(2, cooldown.mergedWith(shorter).level());
        assertEquals(cooldown, cooldown.mergedWith(Cooldown.begin(DOWN, 1, NOW.plusSeconds(1), Duration.ofSeconds(1))));
    }

    @Test
    void of_several_probes_a_hold_names_the_one_that_ends_last() {
        Cooldown soon = begun(DOWN, 0).probed(NOW, NOW.plusSeconds(20));
        Cooldown late = begun(DOWN, 0).probed(NOW, NOW.plusSeconds(30));
        Instant after = NOW.plus(TEN);

        assertEquals(
                NOW.plusSeconds(30),
                ActiveCooldowns.NONE.and(soon, after).and(late, after).probeEnds());
        assertEquals(
                NOW.plusSeconds(30),
                ActiveCooldowns.NONE.and(late, after).and(soon, after).probeEnds());
    }

    @Test
    void of_two_moments_the_later_is_waited_for_where_both_are() {
        assertEquals(NOW.plusSeconds(1), Instants.laterOf(NOW, NOW.plusSeconds(1)));
        assertEquals(NOW, Instants.laterOf(NOW, null));
        assertEquals(NOW, Instants.laterOf(null, NOW));
    }

    private static Cooldown begun(Failure failure, int level) {
        return Cooldown.begin(failure, level, NOW, TEN);
    }
}
