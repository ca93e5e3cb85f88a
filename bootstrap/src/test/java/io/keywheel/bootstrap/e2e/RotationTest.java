package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.patience.MoreTime;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Scenario;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// Scenarios of `./keywheel experiment rotation` in real time: shorter, and with bounds that hold on a busy machine.
/// A stall of the machine wastes a smaller share of a longer run.
///
/// They run beside each other and beside all other tests, for most of their time passes without work.
@Timeout(120)
@Execution(CONCURRENT)
class RotationTest {

    /// Two cycles of using up and resting.
    private static final Duration TIME = Duration.ofSeconds(8);

    private static final String[] FIVE = {"org_a", "org_b", "org_c", "org_d", "org_e"};

    /// The first seconds of a program are slow, and no key's fault.
    @BeforeAll
    static void warmUp() throws Exception {
        MoreTime.than(Duration.ofMillis(500), time -> {
            try (var world = Pools.groq("0s", FIVE)) {
                new Load(100, time).on(world);
            }
        });
    }

    @Test
    void too_many_who_do_not_wait_use_what_there_is_and_are_told_when_to_come_back() throws Exception {
        MoreTime.than(TIME, time -> {
            try (var world = Pools.groq("0s", FIVE)) {
                Visits visits = load(1.5, 5, time).on(world);

                assertUsed(0.7, time, visits);
                assertWasted(0.15, visits);
                for (HttpResponse<String> refused : visits.refused()) {
                    assertEquals(503, refused.statusCode(), refused::body);
                    long seconds =
                            refused.headers().firstValueAsLong("Retry-After").orElseThrow();
                    assertTrue(seconds >= 1 && seconds <= Pools.MINUTE.toSeconds(), seconds + " s: " + refused.body());
                }
            }
        });
    }

    @Test
    void too_many_who_wait_use_what_there_is() throws Exception {
        MoreTime.than(TIME, time -> {
            try (var world = Pools.groq("8s", FIVE)) {
                Visits visits = load(1.5, 5, time).on(world);

                assertUsed(0.7, time, visits);
                assertWasted(0.2, visits);
            }
        });
    }

    @Test
    void keys_that_turn_out_to_share_an_organisation_count_as_one() throws Exception {
        // No header reports the tokens of a day.
        Limits unreported =
                Limits.NONE.withTokensPerDay(Pools.TOKENS_PER_MINUTE).withMinute(Pools.MINUTE.dividedBy(1440));
        var scenario = Scenario.withSeed(7).limits(GROQ, "org_a", unreported);
        MoreTime.than(TIME, time -> {
            try (var world = Pools.groq(scenario, "0s", "org_a", "org_a", "org_a", "org_b", "org_c")) {
                Visits visits = load(0.8, 3, time).on(world);

                assertServed(0.9, visits);
                assertWasted(0.25, visits);
                List<String> groups = groups(world);
                assertEquals(1, groups.stream().limit(3).distinct().count(), groups::toString);
                assertEquals(3, groups.stream().distinct().count(), groups::toString);
            }
        });
    }

    @Test
    void an_outage_costs_a_few_probes_and_the_provider_is_used_again() throws Exception {
        MoreTime.than(Duration.ofSeconds(5), time -> {
            try (var world = Pools.groqAndCerebras(FIVE)) {
                world.simulator.on(CEREBRAS).always(Fault.status(502));
                Visits during = load(0.6, 5, Duration.ofSeconds(3)).on(world);
                world.simulator.on(CEREBRAS).clear();
                Visits after = load(0.6, 5, time).on(world);

                assertServed(1, during);
                assertServed(1, after);
                assertTrue(during.to(CEREBRAS).size() <= 12, during::toString);
                assertTrue(after.to(CEREBRAS).stream().anyMatch(Visits::answered), after::toString);
            }
        });
    }

    /// @param share of what so many organisations give
    private static Load load(double share, int organisations, Duration time) {
        return new Load(share * organisations * Pools.PER_SECOND, time);
    }

    private static void assertServed(double atLeast, Visits visits) {
        assertTrue(visits.served() >= atLeast * visits.answers().size(), visits::toString);
    }

    /// @param atLeast as a share of what five organisations give in that time, without what they had at the start
    private static void assertUsed(double atLeast, Duration time, Visits visits) {
        double capacity =
                5 * Pools.PER_SECOND * Math.max(time.toMillis(), visits.span().toMillis()) / 1000;
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
}
