package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.failure;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Changes of the wall clock while requests wait and keys cool.
class WallClockTest {

    private static final Duration COOLDOWN = Duration.ofSeconds(2);

    @AutoClose
    private final TestGateway test = new TestGateway(Duration.ofSeconds(5), 1);

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "-PT1H", "PT24H"})
    void waiting_request_gets_the_key_exactly_when_its_cooldown_ends_despite_a_clock_jump(Duration jump)
            throws Exception {
        test.limit(GROQ_1, COOLDOWN);
        CompletableFuture<Answer> waits = test.waits(groqs("m"));

        test.time.setWallClock(jump);
        test.pass(COOLDOWN.minusNanos(1));
        test.awaitWaiting(1);
        test.pass(Duration.ofNanos(1));

        assertEquals(GROQ_1, slot(waits.get()));
    }

    @Test
    void status_shows_the_adjusted_wall_clock() {
        test.time.setWallClock(Duration.ofHours(-1));
        Instant wallTime = test.time.instant().minus(Duration.ofHours(1));

        assertEquals(wallTime, test.gateway.status().status().at());
        assertEquals(wallTime, test.gateway.status().overview().at());
    }

    @Test
    void pool_event_carries_the_adjusted_wall_clock() {
        test.time.setWallClock(Duration.ofHours(-1));
        Instant coolsUntil = test.time.instant().plus(COOLDOWN).minus(Duration.ofHours(1));

        test.limit(GROQ_1, COOLDOWN);

        verify(test.events)
                .changed(argThat(poolEvent -> poolEvent instanceof PoolEvent.CooldownStarted cooldownStarted
                        && cooldownStarted.until().equals(coolsUntil)));
    }

    @Test
    void exhaustion_carries_the_adjusted_wall_clock() {
        test.limit(GROQ_1, Duration.ofMinutes(1));
        test.time.setWallClock(Duration.ofHours(-1));
        Instant readyAt = test.time.instant().plus(Duration.ofMinutes(1)).minus(Duration.ofHours(1));

        var named = test.failure(AllFailedException.class, groqs("m"));

        assertEquals(readyAt, named.exhaustion().unavailability().readyAt());
    }

    @Test
    void request_ends_at_its_deadline_without_the_wakeup_timer() {
        try (var broken = new TestGateway(
                new RequestLimits(0, Duration.ofMillis(50), 1000, Duration.ofMillis(50), Duration.ZERO), 1)) {
            broken.limit(GROQ_1, Duration.ofMillis(20));

            var waits = broken.chatAsync(groqs("m"));

            failure(DeadlineExceededException.class, waits);
            assertEquals(0, broken.gateway.status().waiting());
        }
    }
}
