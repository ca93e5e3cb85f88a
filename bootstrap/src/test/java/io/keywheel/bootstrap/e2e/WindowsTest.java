package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// Limits that are given back all at once, in real time, and answers that take longer than it takes to refuse one.
///
/// The tests run side by side, for most of their time passes without work.
@Timeout(60)
class WindowsTest {

    private static final String[] FIVE = {"org_a", "org_b", "org_c", "org_d", "org_e"};
    private static final Duration TIME = Duration.ofSeconds(4);
    private static final Duration MINUTE = Duration.ofSeconds(2);
    private static final int PER_MINUTE = 8;
    private static final double OVERLOAD = 1.5;

    /// Some twenty tokens come one by one.
    private static final Scenario SLOW = Scenario.withSeed(7).tempo(Duration.ofMillis(200), Duration.ofMillis(50));

    /// The first seconds of a program are slow, and no key's fault.
    @BeforeAll
    static void warmUp() {
        try (var world = Pools.groq("0s", FIVE)) {
            new Load(100, Duration.ofMillis(300)).halfStreamed().on(world);
        }
    }

    private static Visits tooMany(Limits limits) {
        try (var world = Pools.cerebras(SLOW, limits.withMinute(MINUTE).refilledAtOnce(), "1s", FIVE)) {
            double perSecond = OVERLOAD * FIVE.length * PER_MINUTE / MINUTE.toSeconds();
            return new Load(perSecond, TIME).halfStreamed().on(world);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void tokens_that_come_back_all_at_once_are_used() {
        Visits visits = tooMany(Limits.NONE.withTokensPerMinute((long) PER_MINUTE * Load.MEAN_TOKENS));

        assertUsed(0.9, visits);
        assertWasted(0.15, visits);
    }

    @Test
    @Execution(CONCURRENT)
    void requests_a_minute_of_which_no_header_tells_are_used() {
        Visits visits = tooMany(Limits.NONE.withRequestsPerMinute(PER_MINUTE));

        assertUsed(0.6, visits);
        assertWasted(0.25, visits);
    }

    /// @param atLeast as a share of what the limits give as long as requests come in
    private static void assertUsed(double atLeast, Visits visits) {
        double capacity = visits.answers().size() / OVERLOAD;
        assertTrue(visits.served() >= atLeast * capacity, () -> visits + " of " + capacity);
    }

    private static void assertWasted(double atMost, Visits visits) {
        assertTrue(visits.wastedShare() <= atMost, visits::toString);
    }
}
