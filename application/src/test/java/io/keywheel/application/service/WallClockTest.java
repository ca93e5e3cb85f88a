package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.groqs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.ChatException.AllKeysFailedException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Changes of the wall clock while requests wait and keys cool.
@Timeout(120)
class WallClockTest {

    private static final Duration COOLDOWN = Duration.ofSeconds(2);

    @AutoClose
    private final TestGateway test =
            new TestGateway(new RequestLimits(0, Duration.ofSeconds(5), 1000, Duration.ofMinutes(2)), 1);

    private void limit(Duration cooldown) {
        test.groq.fails(GROQ_1, new Failure.RateLimited("limited", cooldown, RateLimitStatus.UNKNOWN));
        assertThrows(Exception.class, () -> test.gateway.chats().chat(TestGateway.withoutFallback()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-PT1H", "PT24H"})
    void wall_clock_jump_does_not_delay_a_waiting_request(Duration jump) throws Exception {
        limit(COOLDOWN);
        var waits = test.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));
        test.awaitWaiting(1);

        test.time.setWallClock(jump);
        test.pass(COOLDOWN.minusNanos(1));
        test.awaitWaiting(1);
        test.pass(Duration.ofNanos(1));

        assertEquals(GROQ_1, waits.get().serving().target().key().slot());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-PT1H", "PT24H"})
    void status_shows_the_adjusted_wall_clock(Duration jump) {
        limit(COOLDOWN);
        Instant coolsUntil = test.time.instant().plus(COOLDOWN).plus(jump);

        test.time.setWallClock(jump);

        for (PoolStatus pool : new PoolStatus[] {
            test.gateway.status().status(), test.gateway.status().overview()
        }) {
            var key = pool.providers().getFirst().keys().getFirst();
            assertEquals(test.time.instant().plus(jump), pool.at());
            assertEquals(
                    coolsUntil,
                    assertInstanceOf(KeyState.Cooling.class, key.state()).until());
            assertEquals(test.time.instant().plus(jump), key.tally().lastUse());
        }
        var known = test.firstKey().known();
        assertEquals(coolsUntil, known.getFirst().until());
        assertEquals(coolsUntil.minus(COOLDOWN), known.getFirst().since());
    }

    @Test
    void pool_event_carries_the_adjusted_wall_clock() {
        test.time.setWallClock(Duration.ofHours(-1));
        Instant coolsUntil = test.time.instant().plus(COOLDOWN).minus(Duration.ofHours(1));

        limit(COOLDOWN);

        verify(test.events)
                .changed(argThat(poolEvent -> poolEvent instanceof PoolEvent.CooldownStarted cooldownStarted
                        && cooldownStarted.until().equals(coolsUntil)));
    }

    @Test
    void exhaustion_carries_the_adjusted_wall_clock() {
        limit(Duration.ofMinutes(1));
        test.time.setWallClock(Duration.ofHours(-1));
        Instant readyAt = test.time.instant().plus(Duration.ofMinutes(1)).minus(Duration.ofHours(1));

        var named = assertThrows(
                AllKeysFailedException.class, () -> test.gateway.chats().chat(groqs("openai/gpt-oss-120b")));

        assertEquals(readyAt, named.exhaustion().unavailability().readyAt());
        assertEquals(
                readyAt,
                named.exhaustion().unavailability().cooling().getFirst().until());
    }

    @Test
    void request_ends_at_its_deadline_without_the_wakeup_timer() {
        try (var broken =
                new TestGateway(new RequestLimits(0, Duration.ofMillis(50), 1000, Duration.ofMillis(50)), 1)) {
            broken.groq.fails(
                    GROQ_1, new Failure.RateLimited("limited", Duration.ofMillis(20), RateLimitStatus.UNKNOWN));
            assertThrows(Exception.class, () -> broken.gateway.chats().chat(TestGateway.withoutFallback()));

            var waits = broken.gateway.chats().chatAsync(groqs("openai/gpt-oss-120b"));

            assertInstanceOf(
                    DeadlineExceededException.class,
                    assertThrows(ExecutionException.class, waits::get).getCause());
            assertEquals(0, broken.gateway.status().waiting());
        }
    }
}
