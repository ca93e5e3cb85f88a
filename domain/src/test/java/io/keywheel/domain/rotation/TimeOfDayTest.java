package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The domain clock only measures durations. Users read wall clock time.
class TimeOfDayTest extends PoolFixture {

    private static final Duration OFFSET = Duration.ofDays(1);

    private final TestPool pool = new TestPool(provider(GROQ, "cools", "retires", "probes", "lacks", "works"));

    @Test
    void status_shows_every_instant_in_wall_clock_time() {
        pool.fail(limited(Duration.ofHours(1)));
        pool.fail(new Failure.KeyRefused("no"));
        pool.fail(limited(A_MINUTE));
        pool.answered(pool.attempt(), reported(new RateLimitStatus.Bucket("requests", 10L, 0, Duration.ofMinutes(30))));
        pool.attempt();
        pool.pass(A_MINUTE);
        pool.attempt();
        String inTheCore = pool.status().toString();

        String shown = pool.keyPool.status(pool.now, OFFSET, true).toString();

        assertEquals(inTheCore.replace("2026-11-25T", "2026-11-26T"), shown);
        for (String state : List.of("Cooling[", "foreseen=true", "Retired[", "Probing[", "fullUntil=2026")) {
            assertEquals(true, shown.contains(state), state);
        }
    }

    @Test
    void exhaustion_shows_ready_times_in_wall_clock_time() {
        for (int key = 0; key < 5; key++) {
            pool.fail(limited(Duration.ofHours(1)));
        }
        Instant until = pool.now.plus(Duration.ofHours(1)).plus(OFFSET);
        var refused = (Step.GiveUp) pool.next(pool.request());

        Exhaustion shown = refused.exhaustion().at(moment -> moment.plus(OFFSET));

        var unavailability = ((Exhaustion.AllFailed) shown).unavailability();
        assertEquals(until, unavailability.readyAt());
        assertEquals(
                List.of(until),
                unavailability.cooling().stream()
                        .map(key -> key.until())
                        .distinct()
                        .toList());
    }

    static List<List<PoolEvent>> events() {
        var provider = new Scope.OfProvider(GROQ);
        Instant shown = START.plus(OFFSET);
        var merged = new PoolEvent.Merged(new QuotaGroup(GROQ, "one"), new KeySlot(GROQ, 1), List.of());
        var recovered = new PoolEvent.Recovered(provider);
        return List.of(
                List.of(
                        new PoolEvent.CooldownStarted(provider, START, null),
                        new PoolEvent.CooldownStarted(provider, shown, null)),
                List.of(new PoolEvent.Throttled(GROQ, START, 3), new PoolEvent.Throttled(GROQ, shown, 3)),
                List.of(merged, merged),
                List.of(recovered, recovered));
    }

    @ParameterizedTest
    @MethodSource("events")
    void pool_event_is_shown_in_wall_clock_time(List<PoolEvent> events) {
        assertEquals(events.getLast(), events.getFirst().at(moment -> moment.plus(OFFSET)));
    }
}
