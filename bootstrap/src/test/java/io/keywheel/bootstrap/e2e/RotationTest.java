package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// The scenarios of `./keywheel experiment rotation` in real time: shorter, and with bounds that hold on a busy
/// machine.
///
/// They run side by side, for most of their time passes without work.
@Timeout(120)
class RotationTest {

    /// Some cycles of using up and resting, so that it matters little where the last one is cut off.
    private static final Duration TIME = Duration.ofSeconds(16);
    private static final String[] FIVE = {"org_a", "org_b", "org_c", "org_d", "org_e"};

    /// The first seconds of a program are slow, and no key's fault.
    @BeforeAll
    static void warmUp() {
        try (var world = Pools.groq("0s", FIVE)) {
            new Load(100, Duration.ofSeconds(1)).on(world);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void nine_tenths_of_the_capacity_are_served_without_waste() {
        try (var world = Pools.groq("0s", FIVE)) {
            Visits visits = load(0.9, 5, TIME).on(world);

            assertEverybodyServed(visits);
            assertWasted(0.05, visits);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void too_many_who_do_not_wait_use_what_there_is_and_the_others_hear_when_to_come_back() {
        try (var world = Pools.groq("0s", FIVE)) {
            Visits visits = load(1.5, 5, TIME).on(world);

            assertUsed(0.8, visits);
            assertWasted(0.1, visits);
            for (HttpResponse<String> refused : visits.refused()) {
                assertEquals(503, refused.statusCode(), refused::body);
                long seconds = refused.headers().firstValueAsLong("Retry-After").orElseThrow();
                assertTrue(seconds >= 1 && seconds <= Pools.MINUTE.toSeconds(), seconds + " s: " + refused.body());
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void too_many_who_wait_use_what_there_is() {
        try (var world = Pools.groq("8s", FIVE)) {
            Visits visits = load(1.5, 5, TIME).on(world);

            assertUsed(0.8, visits);
            assertWasted(0.15, visits);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_key_that_has_used_up_its_day_is_left_alone_until_the_day_is_over() throws Exception {
        Duration day = Duration.ofSeconds(8);
        var oneADay = Limits.NONE.withRequestsPerDay(1).withMinute(day.dividedBy(1440));
        try (var world = Pools.groq(Scenario.withSeed(7).limits(GROQ, "org_a", oneADay), "0s", FIVE)) {
            Pools.takeOne(world, Pools.key(GROQ, 1));

            Visits visits = load(0.75, 4, day.multipliedBy(2)).on(world);

            assertEverybodyServed(visits);
            List<Received> toIt = visits.to(Pools.key(GROQ, 1));
            List<Received> refused =
                    toIt.stream().takeWhile(call -> !Visits.answered(call)).toList();
            assertTrue(refused.size() == 1 || refused.size() == 2, visits::toString);
            assertTrue(toIt.size() > refused.size(), "used again");
            Instant over = refused.getLast().at().plus(day);
            Instant used = toIt.get(refused.size()).at();
            long others = visits.calls().stream()
                    .filter(call -> call.at().isAfter(over) && call.at().isBefore(used))
                    .count();
            assertTrue(others <= 5, others + " calls to others since the day is over");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void keys_that_turn_out_to_share_an_organisation_count_as_one() {
        var log = new Lines();
        Logger.getLogger("io.keywheel.pool").addHandler(log);
        // Of the tokens of a day no header tells.
        Limits untold = Limits.NONE.withTokensPerDay(Pools.TOKENS_PER_MINUTE).withMinute(Pools.MINUTE.dividedBy(1440));
        try (var world = Pools.groq(
                Scenario.withSeed(7).limits(GROQ, "org_a", untold),
                "0s",
                "org_a",
                "org_a",
                "org_a",
                "org_b",
                "org_c")) {
            Visits visits = load(0.8, 3, TIME).on(world);

            assertServed(0.95, visits);
            assertWasted(0.15, visits);
            List<String> groups = groups(world);
            assertEquals(1, groups.stream().limit(3).distinct().count(), groups::toString);
            assertEquals(3, groups.stream().distinct().count(), groups::toString);
            assertTrue(
                    log.seen.stream().anyMatch(line -> line.contains("merged into the quota group")),
                    log.seen::toString);
        } finally {
            Logger.getLogger("io.keywheel.pool").removeHandler(log);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void an_outage_costs_a_few_probes_and_the_provider_is_used_again() {
        try (var world = Pools.groqAndCerebras(FIVE)) {
            Visits before = load(0.6, 5, Duration.ofSeconds(1)).on(world);
            world.simulator.on(CEREBRAS).always(Fault.status(502));
            Visits during = load(0.6, 5, Duration.ofSeconds(4)).on(world);
            world.simulator.on(CEREBRAS).clear();
            Visits after = load(0.6, 5, Duration.ofSeconds(8)).on(world);

            assertEverybodyServed(before);
            assertEverybodyServed(during);
            assertEverybodyServed(after);
            assertTrue(during.to(CEREBRAS).size() <= 12, during::toString);
            assertTrue(after.to(CEREBRAS).stream().anyMatch(Visits::answered), after::toString);
        }
    }

    /// Who finds out the limits of all five keys for the others has none left that it has not asked.
    @Test
    @Execution(CONCURRENT)
    void a_burst_is_served_by_and_by() {
        try (var world = Pools.groq("20s", FIVE)) {
            Visits visits = new Load(100, Duration.ofSeconds(1)).on(world);

            assertServed(0.97, visits);
            assertWasted(0.15, visits);
        }
    }

    /// @param share of what so many organisations give
    private static Load load(double share, int organisations, Duration time) {
        return new Load(share * organisations * Pools.PER_SECOND, time);
    }

    private static void assertEverybodyServed(Visits visits) {
        assertServed(1, visits);
    }

    private static void assertServed(double atLeast, Visits visits) {
        assertTrue(visits.served() >= atLeast * visits.answers().size(), visits::toString);
    }

    /// @param atLeast as a share of what five organisations give in that time, without what they had at the start
    private static void assertUsed(double atLeast, Visits visits) {
        double capacity =
                5 * Pools.PER_SECOND * Math.max(TIME.toMillis(), visits.span().toMillis()) / 1000;
        assertTrue(visits.served() >= atLeast * capacity, () -> visits + " of " + capacity);
    }

    private static void assertWasted(double atMost, Visits visits) {
        assertTrue(visits.wastedShare() <= atMost, visits::toString);
    }

    /// Of each key.
    private static List<String> groups(World world) {
        JsonNode keys = json(world.get("/api/keys")).path("providers").path(0).path("keys");
        return StreamSupport.stream(keys.spliterator(), false)
                .map(key -> key.path("group").asText())
                .toList();
    }

    /// What was logged, by whichever thread.
    private static final class Lines extends Handler {

        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            seen.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
