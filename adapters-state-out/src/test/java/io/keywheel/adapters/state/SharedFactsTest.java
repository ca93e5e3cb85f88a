package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Shares facts between gateways through a real store.
class SharedFactsTest extends TwoGateways {

    @ParameterizedTest
    @MethodSource("io.keywheel.adapters.state.SharingGateway#programs")
    void facts_arrive_in_order_under_the_receivers_key_fingerprint(String program) throws Exception {
        try (var server = StoreServer.start(program);
                var writer = new SharingGateway(server, "a").connected();
                var reader = new SharingGateway(server, "b").connected()) {
            Fact.Called call = writer.call(false);

            writer.publish(writer.cooledDown(Duration.ofSeconds(1), Duration.ofSeconds(8)), call);
            writer.publish(writer.ended(call));
            writer.publish(new Fact.ClientUsed("ann", 1, -20, writer.clock.instant()));

            var cooled = assertInstanceOf(Fact.CooledDown.class, reader.next());
            assertEquals(reader.callTarget(), cooled.callTarget());
            assertEquals(Scope.Kind.KEY, cooled.scope());
            var called = assertInstanceOf(Fact.Called.class, reader.next(fact -> !(fact instanceof Fact.ClientUsed)));
            assertEquals(call.id().number(), called.id().number());
            assertFalse(called.id().gateway().isEmpty());
            assertEquals(Set.of(Scope.Kind.KEY), called.probes());
            var ended = assertInstanceOf(Fact.Ended.class, reader.next(fact -> !(fact instanceof Fact.ClientUsed)));
            assertEquals(called.id(), ended.id());
            assertEquals(List.of(), writer.rest(), "its own facts come back");
        }
    }

    @Test
    void new_key_receives_facts_read_before_it_was_configured() throws Exception {
        var second = new Fact.CallTarget(SharingGateway.GROQ, one.otherKey(), SharingGateway.MODEL);
        var answered = new Fact.Answered(second, Set.of(Scope.Kind.KEY), one.clock.instant());
        var secondKey = new ApiKey("secret-two", other.otherKey());
        other.follow(secondKey);
        one.publish(answered);
        other.next();
        one.publish(one.cooledDown(Duration.ofHours(1)), answered);
        assertInstanceOf(Fact.Answered.class, other.next(), "the first key is not there");

        other.follow(new ApiKey("secret-one", other.key()), secondKey);

        var cooled = (Fact.CooledDown) other.next(Fact.CooledDown.class::isInstance);
        assertEquals(other.callTarget(), cooled.callTarget());
    }

    @Test
    void concurrent_claims_have_one_order_at_all_gateways() throws Exception {
        int count = 16;
        var gateways = new ArrayList<SharingGateway>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                gateways.add(new SharingGateway(store, "g" + i).connected());
            }
            var go = new CountDownLatch(1);
            var claims = new ArrayList<Future<Fact.Called>>();
            for (SharingGateway gateway : gateways) {
                claims.add(threads.submit(() -> {
                    Fact.Called call = gateway.call(true);
                    go.await();
                    assertTrue(gateway.state.claim(call));
                    return call;
                }));
            }
            go.countDown();

            int winners = 0;
            var orders = new ArrayList<List<Long>>();
            for (int i = 0; i < count; i++) {
                Fact.Called own = claims.get(i).get();
                var order = new ArrayList<Long>();
                while (order.size() < count) {
                    order.add(((Fact.Called) gateways.get(i).next()).id().number());
                }
                winners += order.getFirst() == own.id().number() ? 1 : 0;
                orders.add(order);
            }
            assertEquals(1, winners);
            assertEquals(Collections.nCopies(count, orders.getFirst()), orders);
        } finally {
            gateways.forEach(SharingGateway::close);
        }
    }

    @Test
    void own_claim_is_delivered_unchanged_before_claim_returns() throws Exception {
        Fact.Called call = one.call(true);

        assertTrue(one.state.claim(call));

        assertSame(call, one.rest().getFirst());
    }

    @Test
    void store_entries_contain_no_key_and_expire_after_their_use() throws Exception {
        assertTrue(one.state.claim(one.call(true)));
        one.publish(one.cooledDown(Duration.ofSeconds(8)), new Fact.ClientUsed("ann", 1, 20, one.clock.instant()));
        assertTrue(one.state.claim(one.call(true)));

        for (Object each : (List<?>) SharingGateway.run(store, "KEYS", "*")) {
            String key = (String) each;
            assertTrue(key.matches("kw:\\{(groq|clients|gateways)}:(facts|calls|used|seen)"), key);
            long kept = key.endsWith("calls") ? 60 : Duration.ofDays(1).toSeconds();
            assertTrue((long) SharingGateway.run(store, "TTL", key) > kept, key + " does not outlast what it is for");
            String text = SharingGateway.run(store, "XRANGE", key, "-", "+").toString();
            assertFalse(text.contains("secret"), text);
            assertFalse(text.contains("key-a"), text);
        }
    }

    @Test
    void malformed_entries_are_ignored() throws Exception {
        one.publish(one.cooledDown(Duration.ofSeconds(8)));
        other.next();
        String good = SharingGateway.firstEntry(store, "kw:{groq}:facts").getLast();
        String huge = "x".repeat(100_000);

        for (String json : List.of(
                "",
                "{}",
                "[",
                "null",
                "[1,null,\"x\",[]]",
                "[" + "[".repeat(5_000),
                good.replaceAll("\"a\":\\d+", "\"a\":-1"),
                good.replaceAll("\"u\":\\d+", "\"u\":" + Long.MAX_VALUE),
                good.replaceAll("\"u\":\\d+", "\"u\":604800001"),
                good.replaceAll("\"a\":\\d+", "\"a\":90000001"),
                good.replaceAll("\"u\":\\d+", "\"u\":1e300"),
                good.replaceAll("\"u\":\\d+", "\"u\":\"8000\""),
                good.replace("cooled", "called"),
                good.replace("cooled", "used"),
                good.replace("cooled", "unheard-of"),
                good.replace("KEY", "WORLD"),
                good.replace("llama", "no such\\nname"),
                good.replaceAll("\"f\":\"..", "\"f\":\"zz"),
                good.replace("\"l\":0", "\"l\":1000000"),
                huge,
                "[" + "{},".repeat(3_000) + "{}]")) {
            SharingGateway.run(store, "XADD", "kw:{groq}:facts", "*", "v", "1", "g", "evil", "f", json);
        }
        SharingGateway.run(store, "XADD", "kw:{groq}:facts", "*", "v", "2", "g", "evil", "f", good);
        SharingGateway.run(store, "XADD", "kw:{groq}:facts", "*", "v", "1", "g", huge, "f", good);
        SharingGateway.run(store, "XADD", "kw:{groq}:facts", "*", huge, huge);
        var many = new ArrayList<>(List.of("XADD", "kw:{groq}:facts", "*"));
        for (int i = 0; i < 2_000; i++) {
            many.add("f" + i);
            many.add(huge.substring(0, 20));
        }
        SharingGateway.run(store, many.toArray(String[]::new));
        one.publish(new Fact.Answered(one.callTarget(), Set.of(), one.clock.instant()));

        assertInstanceOf(Fact.Answered.class, other.next());
        assertEquals(List.of(), other.rest());
        assertEquals(List.of(), other.otherChanges());
    }

    /// Client usage is summed, so each fact must count once.
    @Test
    void client_usage_with_a_repeated_number_is_counted_once() throws Exception {
        one.publish(used(one, 1));
        assertEquals(1, ((Fact.ClientUsed) other.next()).tokens());
        List<String> first = SharingGateway.firstEntry(store, "kw:{clients}:used");
        one.publish(used(one, 2));
        assertEquals(2, ((Fact.ClientUsed) other.next()).tokens());

        add(store, first);
        one.publish(used(one, 4));
        assertEquals(4, ((Fact.ClientUsed) other.next()).tokens(), "the entry that was added again does not count");

        try (var restarted = new SharingGateway(store, "c")) {
            restarted.next(fact -> fact instanceof Fact.ClientUsed used && used.tokens() == 4);
            restarted.connected();
            restarted.publish(used(restarted, 5));
            assertEquals(5, ((Fact.ClientUsed) other.next()).tokens(), "numbers of another gateway are others");
        }
    }

    @Test
    void restarted_gateway_learns_the_usage_of_others_but_not_what_it_has_saved() throws Exception {
        try (var saving = new SharingGateway(store, "c", "file-1").connected()) {
            saving.publish(used(saving, 1));
            assertEquals(1, ((Fact.ClientUsed) other.next()).tokens());
        }
        one.publish(used(one, 2));
        assertEquals(2, ((Fact.ClientUsed) other.next()).tokens());

        try (var restarted = new SharingGateway(store, "c", "file-1").connected();
                var anew = new SharingGateway(store, "c", "file-2").connected()) {
            assertEquals(List.of(2L), tokens(restarted));
            assertEquals(List.of(1L, 2L), tokens(anew));
        }
    }

    private static List<Long> tokens(SharingGateway gateway) {
        return gateway.rest().stream()
                .map(fact -> ((Fact.ClientUsed) fact).tokens())
                .toList();
    }

    @Test
    void close_sends_pending_facts() throws Exception {
        one.publish(one.cooledDown(Duration.ofHours(1)));
        one.state.close();

        assertInstanceOf(Fact.CooledDown.class, other.next());
        assertFalse(one.state.isConnected());
        assertEquals(List.of(), one.otherChanges());
    }

    @Test
    void error_in_the_fact_listener_leads_to_a_reconnect() throws Exception {
        var fails = new AtomicBoolean(true);
        other.onLearned(() -> {
            if (fails.getAndSet(false)) {
                throw new StackOverflowError("for a test");
            }
        });
        one.publish(one.cooledDown(Duration.ofHours(1)));

        assertTrue(other.nextChange().contains("StackOverflowError"));
        other.connected();
        one.publish(one.call(false));
        assertEquals(Fact.Called.class, other.next().getClass());
    }

    @Test
    @SuppressWarnings("NullAway")
    void unencodable_fact_is_dropped_and_later_ones_are_sent() throws Exception {
        one.publish(new Fact.Answered(one.callTarget(), Set.of(), null));

        assertTrue(one.nextChange().contains("NullPointerException"));
        one.connected();
        one.publish(one.call(false));
        assertEquals(Fact.Called.class, other.next().getClass());
        assertTrue(one.state.isConnected());
    }

    private static Fact used(SharingGateway gateway, long tokens) {
        return new Fact.ClientUsed("ann", 1, tokens, gateway.clock.instant());
    }

    private static void add(StoreServer store, List<String> entry) {
        var command = new ArrayList<>(List.of("XADD", "kw:{clients}:used", "*"));
        command.addAll(entry);
        SharingGateway.run(store, command.toArray(String[]::new));
    }
}
