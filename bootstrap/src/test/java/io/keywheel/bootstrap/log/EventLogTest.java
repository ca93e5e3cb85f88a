package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.PoolEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final QuotaGroup TEAM = new QuotaGroup(GROQ, "team");
    private static final Target TARGET =
            new Target(new PoolKey(new KeySlot(GROQ, 2), TEAM, "ba7816bf"), new ModelId("big"), true);
    private static final Instant UNTIL = Instant.parse("2026-11-25T10:00:00.123456Z");

    private final Logger logger = Logger.getLogger("io.keywheel.pool");
    private final Lines lines = new Lines();

    @BeforeEach
    void listen() {
        logger.addHandler(lines);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(lines);
    }

    @Test
    void exception_of_an_adapter_is_logged_by_type_and_place_and_not_by_its_words() {
        var bug = new IllegalStateException("the key was gsk_canary");

        new EventLog().thrown(GROQ, bug);
        bug.setStackTrace(new StackTraceElement[0]);
        new EventLog().thrown(GROQ, bug);

        assertEquals(2, lines.seen.size());
        String line = lines.seen.getFirst();
        assertTrue(line.startsWith("SEVERE The adapter of groq threw java.lang.IllegalStateException at "), line);
        assertTrue(line.contains("EventLogTest.exception_of_an_adapter"), line);
        assertFalse(lines.seen.toString().contains("canary"), lines.seen::toString);
    }

    @Test
    void a_rest_is_one_warning_that_says_what_until_when_and_why() {
        var because = new FailedAttempt(TARGET, new Failure.KeyRefused("no such key"), false);

        new EventLog()
                .changed(new PoolEvent.CooldownStarted(
                        new Scope.OfKey(TARGET.key().slot()), UNTIL, because));

        assertEquals(
                List.of(
                        "WARNING groq/2 is retired until 2026-11-25T10:00:00.123Z: key_refused with key groq/2 (ba7816bf)"),
                lines.seen);
    }

    @Test
    void the_upstreams_words_are_not_repeated() {
        var because = new FailedAttempt(TARGET, new Failure.Unavailable("the prompt was: my secret", null), false);

        new EventLog().changed(new PoolEvent.CooldownStarted(new Scope.OfProvider(GROQ), UNTIL, because));

        assertFalse(lines.seen.toString().contains("secret"));
    }

    @Test
    void a_rest_without_a_failure_says_so() {
        new EventLog().changed(new PoolEvent.CooldownStarted(new Scope.OfGroup(TEAM), UNTIL, null));

        assertEquals(
                List.of("WARNING groq group team rests until 2026-11-25T10:00:00.123Z: the provider said that too"
                        + " little is left"),
                lines.seen);
    }

    @Test
    void a_provider_that_limits_the_host_is_told_from_one_that_is_down() {
        new EventLog().changed(new PoolEvent.Throttled(GROQ, UNTIL, 3));
        new EventLog().changed(new PoolEvent.Throttled(GROQ, UNTIL, 0));

        assertEquals(
                List.of(
                        "WARNING groq rests until 2026-11-25T10:00:00.123Z: it limits this host, and not its keys"
                                + " (3 quota groups at once; they are in turn again)",
                        "WARNING groq rests until 2026-11-25T10:00:00.123Z: it limits this host, and not its keys"),
                lines.seen);
    }

    @Test
    void keys_of_one_organisation_are_a_warning_that_says_what_to_write_in_the_settings() {
        var keys = List.of(new KeySlot(GROQ, 2), new KeySlot(GROQ, 5));

        new EventLog().changed(new PoolEvent.Merged(new QuotaGroup(GROQ, "#1"), new KeySlot(GROQ, 1), keys));

        assertEquals(
                List.of("WARNING groq/2, groq/5 and groq/1 share one limit, for the provider names one organisation for"
                        + " both: they are group #1 from now on. To say so in the settings, write each of them as"
                        + " key@group, with one group"),
                lines.seen);
    }

    @Test
    void a_line_names_no_more_than_ten_keys() {
        var keys =
                IntStream.rangeClosed(2, 13).mapToObj(n -> new KeySlot(GROQ, n)).toList();

        new EventLog().changed(new PoolEvent.Merged(TEAM, new KeySlot(GROQ, 1), keys));

        assertTrue(lines.seen.getFirst().startsWith("WARNING groq/2, groq/3"), lines.seen::toString);
        assertTrue(lines.seen.getFirst().contains(" groq/11 and 2 more and groq/1 share"), lines.seen::toString);
    }

    @Test
    void a_recovery_is_news_and_no_warning() {
        new EventLog().changed(new PoolEvent.Recovered(new Scope.OfProvider(GROQ)));

        assertEquals(List.of("INFO groq works again"), lines.seen);
    }

    private static final class Lines extends Handler {

        private final List<String> seen = new ArrayList<>();

        private Lines() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord event) {
            seen.add(event.getLevel() + " " + event.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
