package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys that a reload removes, adds or moves to another quota group, also during their attempts.
class KeyReassignmentTest extends PoolFixture {

    private static final RateLimitStatus ONE_LEFT = reported(new RateLimitStatus.Bucket("requests", 10L, 1, A_MINUTE));
    private static final Failure UNPAID = new Failure.AccountBlocked("unpaid");

    private final TestPool pool = new TestPool(keys(GROQ, "a", "b"));

    static List<Arguments> reloads() {
        return List.of(
                arguments("key put into a group takes its limit along", "a b", "a@team b@team c", "c"),
                arguments("key taken out of a group goes on cooling", "a@team b@team c", "a b@team c", "c"),
                arguments("group goes on cooling with other keys", "a@team b", "c@team b", "b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reloads")
    void cooldown_survives_a_group_change_on_reload(String what, String before, String after, String ready) {
        pool.reload(keys(GROQ, before.split(" ", -1)));
        pool.fail(anyModel(), limited(A_MINUTE));

        pool.reload(keys(GROQ, after.split(" ", -1)));

        assertEquals(List.of(ready, ready), pool.keysFor(anyModel(), 2), what);
    }

    @Test
    void removed_and_readded_group_starts_without_cooldown() {
        pool.fail(anyModel(), limited(A_MINUTE));

        pool.reload(keys(GROQ, "b"));
        pool.reload(keys(GROQ, "b", "a"));

        assertEquals(List.of("b", "a"), pool.keysFor(anyModel(), 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void answer_of_a_key_moved_into_a_group_ends_the_group_cooldown(int reloads) {
        pool.fail(anyModel(), limited(A_MINUTE));
        pool.pass(Duration.ofMillis(1));
        Step.Attempt slow = pool.attempt(anyModel());
        for (int i = 0; i < reloads; i++) {
            pool.reload(keys(GROQ, "a@team", "b@team", "c@team"));
        }
        assertFalse(pool.isReady(anyModel()));

        pool.answered(slow);

        assertEquals(Set.of("a", "b", "c"), Set.copyOf(pool.keysFor(anyModel(), 3)));
    }

    @ParameterizedTest(name = "a -> {0}, probe goes on: {1}")
    @CsvSource({"a, true", "a@team, false"})
    void group_probe_survives_a_reload_only_while_its_key_stays_in_the_group(String after, boolean goesOn) {
        pool.reload(keys(GROQ, "a"));
        pool.fail(anyModel(), UNPAID);
        pool.now = pool.readyAt(anyModel());
        pool.attempt(anyModel());

        pool.reload(keys(GROQ, after));

        assertEquals(goesOn, !pool.isReady(anyModel()));
    }

    @ParameterizedTest(name = "{0} kept, next call possible: {1}")
    @CsvSource({"a@team, true", "b@team, false"})
    void calls_in_flight_count_after_a_reload_only_if_their_key_is_kept(String kept, boolean possible) {
        pool.reload(keys(GROQ, "a@team", "b@team"));
        pool.answered(pool.attempt(anyModel()), ONE_LEFT);
        assertEquals("b", key(pool.attempt(anyModel())));
        assertFalse(pool.isReady(anyModel()));

        pool.reload(keys(GROQ, kept));

        assertEquals(possible, pool.isReady(anyModel()));
    }

    @Test
    void answer_from_before_a_reload_reports_quota_as_of_its_admission() {
        pool.reload(keys(GROQ, "a@team", "b@team"));
        Step.Attempt slow = pool.attempt(anyModel());
        pool.answering(slow);
        assertEquals("b", pool.keyFor(anyModel()), "takes what is left");

        pool.reload(keys(GROQ, "a@team"));
        pool.answered(slow, ONE_LEFT);

        assertFalse(pool.isReady(anyModel()));
    }

    @Test
    void report_of_a_removed_key_is_ignored_even_after_the_key_returns() {
        Step.Attempt before = pool.attempt(anyModel());
        pool.reload(keys(GROQ, "b", "c"));
        assertEquals(List.of(), pool.failed(before, unavailable()));
        assertEquals(List.of("b", "c"), pool.keysFor(anyModel(), 2));

        pool.reload(keys(GROQ, "b", "a"));

        assertEquals(List.of(), pool.failed(before, new Failure.KeyRefused("no")));
        assertEquals(List.of("b", "a"), pool.keysFor(anyModel(), 2));
    }

    @Test
    void decided_attempt_stays_open_only_if_its_key_is_kept() {
        RequestAttempts requestAttempts = pool.request(anyModel());
        Step.Attempt removed = pool.attempt(requestAttempts);
        Step.Attempt kept = pool.attempt(requestAttempts);

        pool.reload(keys(GROQ, "c", "b"));

        assertFalse(pool.isOpen(removed, requestAttempts));
        assertTrue(pool.isOpen(kept, requestAttempts));
        assertEquals("groq/2", slot(pool.keyPool.begin(kept, pool.now)));
    }

    enum End {
        ANSWERING,
        ANSWERED,
        FAILED,
        WITHDRAWN
    }

    @ParameterizedTest
    @EnumSource
    void probe_of_a_removed_key_ends_with_the_reload_and_its_report_ends_no_other(End end) {
        pool.fail(anyModel(), unavailable());
        pool.pass(A_MINUTE);
        RequestAttempts requestAttempts = pool.request(anyModel());
        Step.Attempt removed = pool.attempt(requestAttempts);
        pool.reload(keys(GROQ, "c"));
        assertEquals(removed.probes(), pool.attempt(anyModel()).probes());

        switch (end) {
            case ANSWERING -> pool.answering(removed);
            case ANSWERED -> pool.answered(removed);
            case FAILED -> pool.failed(removed, new Failure.Cancelled());
            case WITHDRAWN -> pool.withdraw(removed, requestAttempts);
        }

        assertFalse(pool.isReady(anyModel()), "one probe at a time");
    }

    @Test
    void another_key_probes_for_a_removed_one_despite_low_quota() {
        Step.Attempt probe = probeOfATeamWithLittleLeft();

        pool.reload(keys(GROQ, key(probe).equals("a") ? "b@team" : "a@team"));

        assertEquals(probe.probes(), pool.attempt(pool.needing(500)).probes());
    }

    @Test
    void cancelled_probe_of_a_moved_key_allows_one_in_its_old_group_despite_low_quota() {
        Step.Attempt probe = probeOfATeamWithLittleLeft();
        String stays = key(probe).equals("a") ? "b" : "a";
        pool.reload(keys(GROQ, stays + "@team", key(probe) + "@other"));
        pool.pass(A_SECOND);
        assertEquals(key(probe), key(pool.attempt(pool.needing(500))));
        assertInstanceOf(KeySelector.NoneReady.class, pool.choose(pool.needing(500)));

        pool.failed(probe, new Failure.Cancelled());

        assertEquals(stays, key(pool.attempt(pool.needing(500))));
    }

    private Step.Attempt probeOfATeamWithLittleLeft() {
        RateLimitStatus little = tokensLeft(100, A_MINUTE);
        pool.reload(keys(GROQ, "a@team", "b@team"));
        pool.fail(new Failure.RateLimited("too many", A_SECOND, little));
        pool.pass(A_SECOND);
        return pool.attempt();
    }
}
