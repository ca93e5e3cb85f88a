package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Facts that are still valid survive the trimming of the log.
class LastingFactsTest extends TwoGateways {

    private static final String FACTS = "kw:{groq}:facts";

    @Test
    void day_long_cooldown_survives_restarts_and_20_000_newer_entries() throws Exception {
        one.publish(one.cooledDown(Duration.ofDays(1)));
        other.lasting.add(other.next());
        one.close();
        write(20_000, store, SharingGateway.firstEntry(store, FACTS).getLast().replaceAll("\"u\":\\d+", "\"u\":1000"));
        other.next(fact -> fact instanceof Fact.CooledDown cooled && cooled.level() == 1);
        // A claim is sent after all earlier facts.
        assertTrue(other.state.claim(other.call(true)));

        try (var third = new SharingGateway(store, "c")) {
            third.next(fact -> fact instanceof Fact.CooledDown cooled
                    && cooled.until().isAfter(third.clock.instant().plusSeconds(3600)));
        }
    }

    @Test
    void flushed_store_receives_unexpired_facts_again() throws Exception {
        var ahead = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        try (var early =
                new SharingGateway(SharingGateway.address(store), "c", clock, SharingGateway.LONG).connected()) {
            early.lasting.add(early.cooledDown(Duration.ofHours(1)));
            SharingGateway.run(store, "FLUSHALL");
            // Another gateway writes meanwhile.
            assertTrue(other.state.claim(other.call(true)));

            ahead.set(Duration.ofSeconds(11));

            other.next(Fact.CooledDown.class::isInstance);
            assertEquals(List.of(), early.otherChanges());
        }
    }

    /// Ids of a stream never decrease, so none of its entries would count as old.
    @ParameterizedTest
    @ValueSource(strings = {"2100000000000-0", "18446744073709551614-0"})
    void streams_are_removed_if_the_store_clock_was_far_ahead(String ahead) throws Exception {
        SharingGateway.run(store, "XADD", "kw:{gateways}:seen", ahead, "g", "other");
        SharingGateway.run(store, "XADD", FACTS, ahead, "g", "other");

        try (var late = new SharingGateway(store, "c").connected()) {
            assertEquals(0L, SharingGateway.run(store, "EXISTS", FACTS));
            assertTrue(late.state.claim(late.call(true)));
        }
    }

    @Test
    void restarted_empty_store_receives_facts_from_before_and_during_the_outage() throws Exception {
        one.lasting.add(one.cooledDown(Duration.ofHours(1)));
        store.kill();
        assertTrue(one.nextChange().startsWith("unavailable: "));
        assertTrue(other.nextChange().startsWith("unavailable: "));
        assertFalse(one.state.claim(one.call(true)));
        one.publish(new Fact.Answered(one.callTarget(), Set.of(), one.clock.instant()));

        store.startAgain();
        one.connected();
        other.connected();
        assertInstanceOf(Fact.Answered.class, other.next());
        assertInstanceOf(Fact.CooledDown.class, other.next());
        assertTrue(one.state.claim(one.call(true)));
        assertEquals(List.of(), one.otherChanges());
    }

    @Test
    void fact_about_a_key_that_a_reload_adds_is_sent() throws Exception {
        one.follow(new ApiKey("secret-one", one.key()));
        store.kill();
        one.nextChange();
        var target = new Fact.CallTarget(SharingGateway.GROQ, one.otherKey(), SharingGateway.MODEL);
        one.publish(new Fact.Answered(target, Set.of(), one.clock.instant()));

        one.follow(new ApiKey("secret-one", one.key()), new ApiKey("secret-two", one.otherKey()));

        store.startAgain();
        one.connected();
        assertInstanceOf(Fact.Answered.class, other.next());
    }

    @Test
    void facts_from_before_a_move_to_another_base_url_are_not_sent_after_it() throws Exception {
        other.move();
        publishCooldown(one);
        store.kill();
        one.nextChange();
        one.publish(one.cooledDown(Duration.ofHours(2)));
        one.move();
        one.publish(answered(one));

        store.startAgain();

        assertInstanceOf(Fact.Answered.class, other.next());
    }

    @Test
    void facts_that_arrive_during_a_move_to_another_base_url_are_not_learned() throws Exception {
        other.move();
        publishCooldown(one);
        one.move();
        one.publish(answered(one));

        assertInstanceOf(Fact.Answered.class, other.next());
    }

    /// Returns once the store has the cooldown, because claims are sent after lasting facts.
    private static void publishCooldown(SharingGateway gateway) throws InterruptedException {
        gateway.publish(gateway.cooledDown(Duration.ofHours(1)));
        assertTrue(gateway.state.claim(gateway.call(true)));
    }

    private static Fact answered(SharingGateway gateway) {
        return new Fact.Answered(gateway.callTarget(), Set.of(), gateway.clock.instant());
    }

    @Test
    void cooldown_that_was_added_before_a_gateway_connects_keeps_its_end() throws Exception {
        one.publish(one.cooledDown(Duration.ofHours(3)));
        other.next();
        var anHourAgo = new ArrayList<>(
                List.of("XADD", FACTS, Instant.now().minus(Duration.ofHours(1)).toEpochMilli() + "-0"));
        anHourAgo.addAll(SharingGateway.firstEntry(store, FACTS));
        SharingGateway.run(store, "DEL", FACTS);
        SharingGateway.run(store, anHourAgo.toArray(String[]::new));

        try (var late = new SharingGateway(store, "c").connected()) {
            var cooled = (Fact.CooledDown) late.next();

            assertEquals(
                    2,
                    Duration.between(late.clock.instant(), cooled.until().plusSeconds(60))
                            .toHours());
        }
    }

    /// Writes entries as another gateway would. The last has level 1.
    private static void write(int entries, StoreServer store, String facts) {
        String script = "for i = 1, %d do redis.call('XADD', KEYS[1], 'MAXLEN', '~', %d, '*', 'v', '1', 'g', 'other',"
                + " 'f', i == %1$d and ARGV[2] or ARGV[1]) end";
        SharingGateway.run(
                store,
                "EVAL",
                script.formatted(entries, StoreStream.Kind.FACTS.most),
                "1",
                FACTS,
                facts,
                facts.replace("\"l\":0", "\"l\":1"));
    }
}
