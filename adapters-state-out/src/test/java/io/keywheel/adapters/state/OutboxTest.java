package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Checks the sending order and the limits of the outbox.
class OutboxTest {

    private static final int ALL = 100_000;
    private static final Instant NOW = Instant.parse("2026-11-28T07:00:00Z");

    private final Outbox outbox = new Outbox();
    private Instant now = NOW;

    @BeforeEach
    void open() {
        outbox.open(true);
    }

    private static Fact.CallTarget callTarget(String key) {
        return new Fact.CallTarget(SharingGateway.GROQ, key, SharingGateway.MODEL);
    }

    private static Fact.CooledDown cooled(String key, Duration ahead) {
        return new Fact.CooledDown(
                callTarget(key), Scope.Kind.KEY, Failure.Kind.RATE_LIMITED, NOW, NOW.plus(ahead), 0, false);
    }

    private static Fact.Called called(int number) {
        return new Fact.Called(new Fact.CallId("", number), callTarget("a"), 1, false, Set.of(), NOW, NOW);
    }

    private static Fact.Answered answered(String key, Instant begun) {
        return new Fact.Answered(callTarget(key), Set.of(Scope.Kind.KEY), begun);
    }

    private static List<Fact> calls(int from, int to) {
        return IntStream.range(from, to).<Fact>mapToObj(OutboxTest::called).toList();
    }

    private static List<Fact> cooldowns(int from, int to) {
        return IntStream.range(from, to)
                .<Fact>mapToObj(i -> cooled("k" + i, Duration.ofMinutes(1)))
                .toList();
    }

    private void add(Fact... facts) {
        outbox.add(List.of(facts), false);
    }

    private List<Fact> take(int most) throws InterruptedException {
        List<Fact> taken = outbox.take(most, () -> now);
        outbox.sent();
        return taken;
    }

    @Test
    void lasting_facts_are_sent_before_calls_each_in_order() throws Exception {
        var cooled = cooled("a", Duration.ofHours(1));
        var answered = answered("b", NOW);
        add(called(1), cooled, called(2), answered);

        assertEquals(List.of(cooled, answered, called(1)), take(3));
        assertEquals(List.of(called(2)), take(3));
    }

    @Test
    void full_queue_drops_the_oldest_calls() throws Exception {
        outbox.add(calls(0, Outbox.MOST_CALLS + 2), false);

        assertEquals(calls(2, Outbox.MOST_CALLS + 2), take(ALL));
    }

    @Test
    void full_queue_drops_the_oldest_lasting_fact_and_repeats_once_it_is_empty() throws Exception {
        outbox.add(cooldowns(0, Outbox.MOST_LASTING), false);
        var _ = take(ALL);
        assertFalse(outbox.beginRepetition());
        outbox.add(cooldowns(0, Outbox.MOST_LASTING + 1), false);
        assertFalse(outbox.beginRepetition());

        assertEquals(cooldowns(1, Outbox.MOST_LASTING + 1), take(ALL));

        assertTrue(outbox.beginRepetition());
        assertFalse(outbox.beginRepetition());
    }

    @Test
    void facts_put_back_are_sent_before_newer_ones() throws Exception {
        outbox.add(cooldowns(0, 2), false);
        outbox.add(calls(0, 2), false);
        var _ = outbox.take(ALL, () -> now);
        outbox.add(calls(2, 4), false);
        outbox.add(cooldowns(2, 4), false);

        outbox.notSent();

        assertEquals(
                Stream.concat(cooldowns(0, 4).stream(), calls(0, 4).stream()).toList(), take(ALL));
    }

    @Test
    void facts_put_back_evict_no_newer_ones() throws Exception {
        add(cooled("old", Duration.ofHours(1)), called(0));
        var _ = outbox.take(ALL, () -> now);
        outbox.add(cooldowns(0, Outbox.MOST_LASTING), false);
        outbox.add(calls(1, 1 + Outbox.MOST_CALLS), false);

        outbox.notSent();

        assertEquals(
                Stream.concat(cooldowns(0, Outbox.MOST_LASTING).stream(), calls(1, 1 + Outbox.MOST_CALLS).stream())
                        .toList(),
                take(ALL));
        assertTrue(outbox.beginRepetition());
    }

    @Test
    void repetition_waits_until_lasting_facts_are_sent() throws Exception {
        outbox.scheduleRepetition();
        add(cooled("a", Duration.ofHours(1)));
        var _ = outbox.take(ALL, () -> now);
        assertFalse(outbox.beginRepetition());

        outbox.sent();

        assertTrue(outbox.beginRepetition());
    }

    @Test
    void facts_put_back_are_not_being_sent() throws Exception {
        add(called(1));
        var _ = outbox.take(ALL, () -> now);
        outbox.notSent();
        outbox.remove(called(1));

        outbox.awaitSent(Duration.ofDays(1));
    }

    @Test
    void forgotten_facts_that_were_being_sent_are_not_put_back() throws Exception {
        add(answered("a", NOW), answered("b", NOW));
        var _ = outbox.take(ALL, () -> now);

        outbox.forget(key -> key.fingerprint().equals("a"));
        outbox.notSent();

        assertEquals(List.of(answered("b", NOW)), take(ALL));
    }

    @Test
    void withdrawn_claim_is_not_sent() throws Exception {
        add(called(1), called(2));

        outbox.remove(called(1));

        assertEquals(List.of(called(2)), take(ALL));
    }

    @Test
    void call_older_than_3_minutes_is_dropped_but_its_end_and_client_usage_are_sent() throws Exception {
        var ended = new Fact.Ended(
                new Fact.CallId("", 1), callTarget("a"), Fact.End.ANSWERED, 1, RateLimitStatus.UNKNOWN, NOW);
        var used = new Fact.ClientUsed("ann", 1, 1, NOW);
        add(called(1), ended, used);
        now = NOW.plus(Duration.ofMinutes(3)).plusMillis(1);

        assertEquals(List.of(ended, used.numbered(1)), take(ALL));
    }

    @Test
    void client_usage_keeps_its_number_when_put_back() throws Exception {
        var used = new Fact.ClientUsed("ann", 1, 1, NOW);
        add(used, used);
        var _ = outbox.take(ALL, () -> now);
        add(used);

        outbox.notSent();

        assertEquals(List.of(used.numbered(1), used.numbered(2), used.numbered(3)), take(ALL));
    }

    @Test
    void take_blocks_while_the_store_is_unavailable() throws Exception {
        outbox.open(false);
        add(called(1));
        var taken = new ArrayList<Fact>();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                taken.addAll(take(ALL));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (sender.isAlive() && sender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), taken);

        outbox.open(true);
        sender.join();

        assertEquals(List.of(called(1)), taken);
    }
}
