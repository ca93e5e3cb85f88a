package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventLogTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final QuotaGroup TEAM = new QuotaGroup(GROQ, "team");
    private static final Target TARGET =
            new Target(new PoolKey(new KeySlot(GROQ, 2), TEAM, "ba7816bf"), new ModelId("big"), true);
    private static final Instant UNTIL = Instant.parse("2026-11-25T10:00:00.123456Z");
    private static final String THROTTLED = "WARNING groq cooling down UNTIL: it throttles this host, not single keys";

    @AutoClose
    private final CapturedLog log = new CapturedLog("io.keywheel.pool");

    static Stream<Arguments> listings() {
        var target = new RouteTarget(GROQ, new ModelId("bigg"));
        var key = new KeySlot(GROQ, 2);
        return Stream.of(
                listing(
                        log -> log.unlisted(target, List.of("smart", "fast"), List.of("big")),
                        "KEYWHEEL_MODELS, smart, fast: groq does not list the model bigg; did you mean big?"),
                listing(
                        log -> log.unlisted(target, List.of(), List.of()),
                        "The default model: groq does not list the model bigg"),
                listing(
                        log -> log.notListed(key, new Failure.Unavailable("its host name is unknown", null)),
                        "The models of groq could not be listed with groq/2: unavailable: its host name is unknown"));
    }

    private static Arguments listing(Consumer<EventLog> event, String line) {
        return Arguments.of(event, line);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("listings")
    void unlisted_model_or_failed_list_is_a_warning(Consumer<EventLog> event, String line) {
        event.accept(new EventLog());

        assertEquals(List.of("WARNING " + line), log.lines());
    }

    @Test
    void exception_of_adapter_or_usage_sink_is_logged_by_type_and_place_without_message() {
        var bug = new IllegalStateException("the key was gsk_canary");

        new EventLog().thrown(GROQ, bug);
        bug.setStackTrace(new StackTraceElement[0]);
        new EventLog().thrown(null, bug);

        assertEquals(2, log.lines().size());
        String line = log.lines().getFirst();
        assertTrue(line.startsWith("SEVERE The adapter of groq threw java.lang.IllegalStateException at "), line);
        assertTrue(line.contains("EventLogTest.exception_of_adapter"), line);
        assertTrue(log.lines().getLast().startsWith("SEVERE A usage sink threw "), log.lines()::toString);
        assertFalse(log.lines().toString().contains("canary"), log.lines()::toString);
    }

    @Test
    void place_of_an_exception_is_the_first_frame_outside_the_jdk() {
        var bug = assertThrows(NoSuchElementException.class, () -> List.of().getFirst());

        new EventLog().thrown(GROQ, bug);

        String line = log.lines().getFirst();
        assertTrue(line.contains("EventLogTest.lambda$place_of_an_exception"), line);
    }

    @Test
    void debug_line_of_an_attempt_has_the_cause_of_its_failure() {
        var outcome = Outcome.of(Failure.Kind.INTERRUPTED);
        Logger logger = Logger.getLogger("io.keywheel.pool");
        logger.setLevel(Level.FINE);
        try {
            new EventLog()
                    .ended(
                            new EndedAttempt(TARGET, outcome, "nothing more within 30s", Duration.ZERO, Duration.ZERO),
                            null,
                            null);
        } finally {
            logger.setLevel(null);
        }

        assertEquals(List.of("FINE groq/2 tried for big: interrupted: nothing more within 30s"), log.lines());
    }

    private static FailedAttempt failed(Failure failure) {
        return new FailedAttempt(TARGET, failure, false, 0);
    }

    static Stream<Arguments> events() {
        var refused = failed(new Failure.KeyRefused("no such key"));
        var unavailable = failed(new Failure.Unavailable("the prompt was: my secret", null));
        var broken = failed(new Failure.Unavailable("the prompt was: my secret", null, "status 502"));
        var slow = failed(new Failure.TimedOut("no connection within 2s"));
        var missing =
                new Failure.ModelUnavailable(new UpstreamError(404, "no such model: my secret", null, null, null));
        var named = new Target(TARGET.key(), TARGET.model(), false);
        var key = new Scope.OfKey(TARGET.key().slot());
        var provider = new Scope.OfProvider(GROQ);
        var model = new ModelId("big");
        var groupModel = new Scope.OfGroupModel(TEAM, model);
        var merged = List.of(new KeySlot(GROQ, 2), new KeySlot(GROQ, 5));
        String spent = "UNTIL: remaining limit too low, as the provider reports";
        return Stream.of(
                arguments(
                        new PoolEvent.CooldownStarted(key, UNTIL, refused),
                        "WARNING groq/2 retired UNTIL: key_refused, key groq/2 (ba7816bf)"),
                arguments(
                        new PoolEvent.CooldownStarted(provider, UNTIL, unavailable),
                        "WARNING groq cooling down UNTIL: unavailable, key groq/2 (ba7816bf)"),
                arguments(
                        new PoolEvent.CooldownStarted(provider, UNTIL, broken),
                        "WARNING groq cooling down UNTIL: unavailable, key groq/2 (ba7816bf): status 502"),
                arguments(
                        new PoolEvent.CooldownStarted(provider, UNTIL, slow),
                        "WARNING groq cooling down UNTIL: timed_out, key groq/2 (ba7816bf): no connection within 2s"),
                arguments(
                        new PoolEvent.CooldownStarted(new Scope.OfGroup(TEAM), UNTIL, null),
                        "WARNING groq group team cooling down " + spent),
                arguments(
                        new PoolEvent.CooldownStarted(groupModel, UNTIL, null),
                        "WARNING groq group team cooling down for big " + spent),
                arguments(
                        new PoolEvent.CooldownStarted(groupModel, UNTIL, failed(missing)),
                        "WARNING groq group team cooling down for big UNTIL: model_unavailable, key groq/2 (ba7816bf)"),
                arguments(
                        new PoolEvent.CooldownStarted(groupModel, UNTIL, new FailedAttempt(named, missing, false, 0)),
                        "INFO groq group team cooling down for big UNTIL: model_unavailable, key groq/2 (ba7816bf)"),
                arguments(
                        new PoolEvent.Throttled(GROQ, UNTIL, 3), THROTTLED + " (cooldowns of 3 quota groups reverted)"),
                arguments(new PoolEvent.Throttled(GROQ, UNTIL, 0), THROTTLED),
                arguments(
                        new PoolEvent.Merged(new QuotaGroup(GROQ, "#1"), new KeySlot(GROQ, 1), merged),
                        "WARNING groq/2, groq/5 merged into the quota group #1 of groq/1: the provider names one"
                                + " organisation for them. To configure this, write each of them as key@group, with"
                                + " one group"),
                arguments(new PoolEvent.Recovered(provider), "INFO groq recovered"),
                arguments(new PoolEvent.Recovered(new Scope.OfModel(GROQ, model)), "INFO groq recovered for big"),
                arguments(new PoolEvent.Recovered(groupModel), "INFO groq group team recovered for big"));
    }

    /// The log line omits the provider's own text, which may contain prompts.
    @ParameterizedTest
    @MethodSource("events")
    void pool_event_is_logged_as_one_line_with_scope_end_and_failure(PoolEvent event, String line) {
        new EventLog().changed(event);

        assertEquals(List.of(line.replace("UNTIL", "until 2026-11-25T10:00:00.123Z")), log.lines());
    }

    @Test
    void merge_line_lists_at_most_ten_keys() {
        var keys =
                IntStream.rangeClosed(2, 13).mapToObj(n -> new KeySlot(GROQ, n)).toList();

        new EventLog().changed(new PoolEvent.Merged(TEAM, new KeySlot(GROQ, 1), keys));

        assertTrue(log.lines().getFirst().startsWith("WARNING groq/2, groq/3"), log.lines()::toString);
        assertTrue(log.lines().getFirst().contains(" groq/11 and 2 more merged into"), log.lines()::toString);
    }
}
