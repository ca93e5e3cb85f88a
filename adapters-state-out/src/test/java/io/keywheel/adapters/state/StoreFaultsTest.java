package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import io.keywheel.timing.LongerTimeouts;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// During a store outage, a gateway works alone, reports the outage once, and catches up later.
class StoreFaultsTest {

    /// Short enough for a test, and usually long enough for a busy machine.
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    @Test
    void hanging_store_times_out_pending_claims_and_fails_later_ones_immediately() throws Exception {
        LongerTimeouts.retryFrom(TIMEOUT, StoreFaultsTest::hang);
    }

    private static void hang(Duration timeout) throws Exception {
        try (var store = SharingGateway.store();
                var one = new SharingGateway(store, "a", timeout).connected();
                var other = new SharingGateway(store, "b", timeout).connected();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.pause();
            var begun = new CountDownLatch(16);
            var claims = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 16; i++) {
                claims.add(threads.submit(() -> {
                    begun.countDown();
                    return one.state.claim(one.call(true));
                }));
            }
            begun.await();
            for (var claim : claims) {
                assertFalse(claim.get());
            }
            assertFalse(one.state.isConnected());
            assertFalse(one.state.claim(one.call(true)));
            assertEquals("unavailable: it did not answer in time", one.nextChange());
            assertTrue(other.nextChange().startsWith("unavailable: "));
            one.publish(one.cooledDown(Duration.ofHours(1)));

            store.goOn();
            one.connected();
            other.connected();
            assertInstanceOf(Fact.CooledDown.class, other.next(Fact.CooledDown.class::isInstance));
            assertEquals(List.of(), one.otherChanges());
        }
    }

    /// Each row has a command that breaks the store, the expected error, and the command that repairs it.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', textBlock = """
                    full;       CONFIG SET maxmemory 1; OOM command not allowed;             CONFIG SET maxmemory 0
                    read-only;  REPLICAOF 127.0.0.1 1;  READONLY|master -> replica;          REPLICAOF NO ONE
                    other type; SET kw:{groq}:calls x;  WRONGTYPE;                           DEL kw:{groq}:calls
                    """)
    void failing_store_is_unavailable_until_it_recovers(String what, String fault, String reason, String end)
            throws Exception {
        LongerTimeouts.retryFrom(TIMEOUT, timeout -> {
            try (var store = SharingGateway.store();
                    var one = new SharingGateway(store, "a", timeout).connected();
                    var other = new SharingGateway(store, "b", timeout).connected()) {
                run(store, fault);
                one.publish(one.cooledDown(Duration.ofHours(1)), one.call(false));

                String change = one.nextChange();
                assertTrue(change.matches("unavailable: .*(" + reason + ").*"), change);
                assertFalse(one.state.isConnected());
                assertFalse(one.state.claim(one.call(true)));

                run(store, end);
                one.connected();
                assertInstanceOf(Fact.CooledDown.class, other.next(Fact.CooledDown.class::isInstance), what);
                assertEquals(List.of(), one.otherChanges());
            }
        });
    }

    /// The key is removed, or moved to another base URL, after its claim began.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claim_of_a_removed_or_moved_key_fails_without_a_store_error(boolean moved) throws Exception {
        LongerTimeouts.retryFrom(TIMEOUT, timeout -> {
            var leave = new AtomicReference<Runnable>(() -> {});
            InstantSource clock = SharingGateway.clockOfSender(() -> leave.get().run());
            try (var store = SharingGateway.store();
                    var one = new SharingGateway(SharingGateway.address(store), "a", clock, timeout).connected()) {
                leave.set(moved ? one::move : () -> one.state.follow(List.of()));
                assertFalse(one.state.claim(one.call(true)));

                if (!moved) {
                    Thread.currentThread().interrupt();
                    assertFalse(one.state.claim(one.call(true)), "it left before");
                    assertTrue(Thread.interrupted(), "the second waited for something");
                }
                assertTrue(one.state.isConnected());
                assertEquals(List.of(), one.otherChanges());
            } finally {
                Thread.interrupted(); // else the next try, too, would not wait
            }
        });
    }

    private static void run(StoreServer store, String command) {
        String[] words = command.strip().split(" ", -1);
        SharingGateway.run(store, words);
    }

    @Test
    void promoted_replica_has_earlier_facts() throws Exception {
        try (var first = SharingGateway.store("--repl-diskless-sync-delay", "0");
                var second = SharingGateway.store("--replicaof", "127.0.0.1", Integer.toString(first.port()));
                var one = new SharingGateway(first, "a").connected();
                var other = new SharingGateway(second, "b")) {
            assertTrue(other.nextChange().contains("READONLY"));
            one.publish(one.cooledDown(Duration.ofHours(1)));
            assertTrue(one.state.claim(one.call(true)));
            SharingGateway.run(first, "WAIT", "1", "0");

            first.kill();
            SharingGateway.run(second, "REPLICAOF", "NO", "ONE");

            other.connected();
            assertInstanceOf(Fact.CooledDown.class, other.next());
        }
    }

    @ParameterizedTest
    @CsvSource({"'', open", "'', wrong", "ann, wrong", "joe, sesame"})
    void wrong_password_is_reported_without_the_password(String user, String password) throws Exception {
        try (var store = SharingGateway.store()) {
            run(store, "ACL SETUSER ann on >sesame ~* +@all");
            run(store, "CONFIG SET requirepass sesame");
            var address = SharingGateway.address(store, user, password);
            var settings = new RedisSharedState.Settings(address, "salt");

            String problem = RedisSharedState.problem(settings).orElseThrow();

            assertTrue(problem.contains("WRONGPASS"), problem);
            for (String text : List.of(problem, settings.toString(), address.toString())) {
                assertFalse(text.contains(password), text);
            }
            try (var one = new SharingGateway(address, "a")) {
                assertEquals("unavailable: " + problem, one.nextChange());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'', sesame", "default, sesame", "ann, 'p@ss:w/rd'"})
    void store_accepts_configured_user_password_and_database(String user, String password) throws Exception {
        // The rights that the operations page lists.
        String rights = "on >p@ss:w/rd ~kw:* +xadd +xread +xrevrange +xtrim +expire +time +select";
        try (var store = SharingGateway.store()) {
            run(store, "ACL SETUSER ann " + rights);
            run(store, "CONFIG SET requirepass sesame");
            var address = new RedisSharedState.Address("127.0.0.1", store.port(), false, user, password, 3);
            try (var one = new SharingGateway(address, "a").connected()) {
                assertTrue(one.state.claim(one.call(true)));
            }
        }
    }

    /// Without this check, the status would alternate between connected and unavailable.
    @ParameterizedTest
    @CsvSource({
        "~kw:* +xadd +xread +xrevrange +expire +time +select, xtrim",
        "~kw:{gateways}:* %R~kw:* +@all, No permissions to access a key",
    })
    void missing_acl_right_is_reported_as_unavailable(String rights, String reason) throws Exception {
        try (var store = SharingGateway.store()) {
            run(store, "ACL SETUSER ann on >sesame " + rights);
            var address = SharingGateway.address(store, "ann", "sesame");
            try (var one = new SharingGateway(address, "a")) {
                String change = one.nextChange();
                assertTrue(change.matches("unavailable: NOPERM .*" + reason + ".*"), change);
            }
        }
    }

    @Test
    void check_names_every_missing_right() throws Exception {
        try (var store = SharingGateway.store()) {
            run(store, "ACL SETUSER ann on >sesame ~kw:* +expire +select");

            String problem =
                    problem(SharingGateway.address(store, "ann", "sesame")).getFirst();

            for (String command : List.of("time", "xadd", "xread", "xrevrange", "xtrim")) {
                assertTrue(problem.contains("'" + command + "'"), problem);
            }
        }
    }

    @Test
    void unreachable_store_or_missing_password_is_a_problem() {
        var nowhere = SharingGateway.address(StoreServer.freePort());
        var unknown = new RedisSharedState.Address("no-such-host.invalid", 1, false, "", "", 0);

        assertEquals(List.of("Connection refused"), problem(nowhere));
        assertEquals(List.of("its host is not known"), problem(unknown));
        try (var store = SharingGateway.store("--requirepass", "sesame")) {
            assertEquals(List.of("it needs a password"), problem(SharingGateway.address(store)));
        }
        try (var store = SharingGateway.store()) {
            assertEquals(List.of(), problem(SharingGateway.address(store)));
        }
    }

    @Test
    void store_error_text_is_truncated_without_control_characters() throws Exception {
        assertEquals(
                List.of("ERR ?[31m?" + "x".repeat(190)),
                problemOfServerThatSends(false, "-ERR \u001b[31m\u0007" + "x".repeat(5_000) + "\r\n"));
    }

    @Test
    void server_that_is_no_store_is_a_problem_in_plain_words() throws Exception {
        assertEquals(
                List.of("it does not answer as Redis or Valkey does"),
                problemOfServerThatSends(false, "HTTP/1.1 400 Bad Request\r\n\r\n"));
        assertEquals(
                List.of("no secure connection to it could be made: Unsupported or unrecognized SSL message"),
                problemOfServerThatSends(true, "-ERR unknown command\r\n"));
    }

    @Test
    void replies_that_are_awaited_together_share_their_limit() throws Exception {
        String greeting = "*2\r\n$5\r\nproto\r\n:2\r\n";
        int elements = BoundedReplies.MOST_ELEMENTS / 2 + 1;
        String reply = "*%d\r\n".formatted(elements) + ":1\r\n".repeat(elements);

        assertEquals(
                List.of("it does not answer as Redis or Valkey does"),
                problemOfServerThatSends(false, greeting + reply + reply));
    }

    private static List<String> problemOfServerThatSends(boolean tls, String text) throws Exception {
        try (var server = new ServerSocket(0);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var _ = threads.submit(() -> {
                Socket gateway = server.accept();
                gateway.getOutputStream().write(text.repeat(2).getBytes(StandardCharsets.UTF_8));
                return null;
            });
            return problem(new RedisSharedState.Address("127.0.0.1", server.getLocalPort(), tls, "", "", 0));
        }
    }

    private static List<String> problem(RedisSharedState.Address address) {
        return RedisSharedState.problem(SharingGateway.settings(address)).stream()
                .toList();
    }
}
