package io.keywheel.domain.cooldown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CooldownTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final PoolKey.Name KEY = new PoolKey.Name(new ProviderId("groq"), "a");
    private static final Failure DOWN = new Failure.Unavailable("down", null);
    private static final Failure BUSY = new Failure.Overloaded("busy", null);
    private static final Failure LIMITED = new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN);

    static List<Arguments> cooldowns() {
        return List.of(
                arguments(DOWN, 2, true),
                arguments(DOWN, 3, false),
                arguments(BUSY, 0, true),
                arguments(new Failure.Unavailable("down until then", TEN), 0, false),
                arguments(new Failure.Overloaded("busy until then", TEN), 0, false),
                arguments(new Failure.TimedOut("slow"), 0, false),
                arguments(LIMITED, 0, false),
                arguments(new Failure.KeyRefused("no"), 0, false));
    }

    @ParameterizedTest(name = "{0}, level {1}: {2}")
    @MethodSource("cooldowns")
    void outage_without_retry_after_is_unconfirmed_until_level_3(Failure failure, int level, boolean unconfirmed) {
        assertEquals(unconfirmed, begun(failure, level).isUnconfirmed());
    }

    static List<Arguments> returns() {
        return List.of(
                arguments("after the cooldown", DOWN, Failure.Kind.UNAVAILABLE, 0, 10, false, 2),
                arguments("to its probe", DOWN, Failure.Kind.UNAVAILABLE, 0, 1, true, 2),
                arguments("during the cooldown", DOWN, Failure.Kind.UNAVAILABLE, 0, 1, false, 1),
                arguments("to an attempt from before", DOWN, Failure.Kind.UNAVAILABLE, -1, 10, false, 1),
                arguments("a timeout after an outage", DOWN, Failure.Kind.TIMED_OUT, 0, 10, false, 2),
                arguments("an overload after an outage", DOWN, Failure.Kind.OVERLOADED, 0, 10, false, 0),
                arguments("a limit after an outage", DOWN, Failure.Kind.RATE_LIMITED, 0, 10, false, 0),
                arguments("a limit after a limit", LIMITED, Failure.Kind.RATE_LIMITED, 0, 10, false, 2),
                arguments("an outage after a limit", LIMITED, Failure.Kind.UNAVAILABLE, 0, 10, false, 0));
    }

    @ParameterizedTest(name = "{0}: {6}")
    @MethodSource("returns")
    void backoff_level_grows_when_the_failure_returns_after_its_cooldown(
            String what, Failure failure, Failure.Kind kind, long begun, long now, boolean probe, int level) {
        Cooldown cooldown = begun(failure, 1);

        assertEquals(level, cooldown.levelFor(kind, NOW.plusSeconds(begun), NOW.plusSeconds(now), probe), what);
    }

    static List<Arguments> lateFailures() {
        Failure timeout = new Failure.TimedOut("slow");
        return List.of(
                arguments("seen after the cooldown", DOWN, timeout, -1, 10, true),
                arguments("seen during it", DOWN, timeout, -1, 9, false),
                arguments("of an attempt from its start", DOWN, timeout, 0, 10, false),
                arguments("with a pause", DOWN, new Failure.Unavailable("until then", TEN), -1, 10, false),
                arguments("an overload again", BUSY, BUSY, -1, 10, true),
                arguments("an overload after an outage", DOWN, BUSY, -1, 10, false),
                arguments("after a limit", LIMITED, timeout, -1, 10, false),
                arguments("a limit", DOWN, LIMITED, -1, 10, false),
                arguments("a limit again", LIMITED, LIMITED, -1, 10, false));
    }

    @ParameterizedTest(name = "{0}: {5}")
    @MethodSource("lateFailures")
    void outage_of_an_attempt_from_before_is_covered_after_the_cooldown(
            String what, Failure known, Failure late, long begun, long now, boolean covered) {
        assertEquals(covered, begun(known, 0).covers(late, NOW.plusSeconds(begun), NOW.plusSeconds(now)), what);
    }

    @Test
    void joined_cooldowns_keep_the_later_probe_deadline() {
        Cooldown none = begun(DOWN, 0);
        Cooldown soon = none.probed(KEY, NOW, NOW.plusSeconds(20));
        Cooldown late = none.probed(KEY, NOW, NOW.plusSeconds(30));

        assertEquals(NOW.plusSeconds(20), none.joined(soon).probeEnds());
        assertEquals(NOW.plusSeconds(20), soon.joined(none).probeEnds());
        assertEquals(NOW.plusSeconds(30), soon.joined(late).probeEnds());
        assertEquals(NOW.plusSeconds(30), late.joined(soon).probeEnds());
        assertEquals(Instant.MIN, none.joined(none).probeEnds());
        Instant after = NOW.plus(TEN);
        assertEquals(
                NOW.plusSeconds(30),
                ActiveCooldowns.NONE.and(soon, after).and(late, after).probeEnds());
        assertEquals(
                NOW.plusSeconds(30),
                ActiveCooldowns.NONE.and(late, after).and(soon, after).probeEnds());
    }

    @Test
    void merged_cooldowns_keep_the_later_end_and_the_higher_level() {
        Cooldown cooldown = begun(DOWN, 1);
        Cooldown shorter = Cooldown.begin(DOWN, 2, NOW, Duration.ofSeconds(1));

        assertEquals(NOW.plus(TEN), cooldown.extendedBy(shorter).until());
        assertEquals(2, cooldown.extendedBy(shorter).level());
        assertEquals(cooldown, cooldown.extendedBy(Cooldown.begin(DOWN, 1, NOW.plusSeconds(1), Duration.ofSeconds(1))));
    }

    @Test
    void requested_pause_remains_in_effect_beside_other_failures() {
        Cooldown requested = begun(new Failure.Overloaded("busy until then", TEN), 0);
        Cooldown longer = Cooldown.begin(DOWN, 0, NOW, TEN.plusSeconds(1));

        assertFalse(requested.extendedBy(longer).isUnconfirmed());
        assertFalse(longer.extendedBy(requested).isUnconfirmed());
        Cooldown later = Cooldown.begin(DOWN, 0, NOW.plus(TEN), TEN);
        assertTrue(requested.extendedBy(later).isUnconfirmed(), "the pause is over");
    }

    private static Cooldown begun(Failure failure, int level) {
        return Cooldown.begin(failure, level, NOW, TEN);
    }
}
