package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.hello;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.simulator.Received;
import io.keywheel.timing.Waiting;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Disconnects clients in different ways and at different times, and counts the resources left.
@Isolated
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class ReleasedResourcesTest {

    private static final String OPENAI_STREAM = hello("\"model\": \"auto\", \"stream\": true, ");

    @AutoClose
    private final World world;

    ReleasedResourcesTest(String transport) {
        world = new World("KEYWHEEL_TRANSPORT=" + transport);
    }

    private RawClient ask(String path) {
        return world.slowClient().send(RawClient.post(path, path.startsWith("/v1") ? OPENAI_STREAM : HELLO));
    }

    @Test
    void disconnects_release_threads_and_upstream_connections() {
        Waiting.until(() -> world.simulator.requests().size() == 2);
        Held before = Held.when(world, held -> held.virtualThreads().size() < 10);
        world.fails("hang:before-content");
        List<RawClient> clients = clients();
        Waiting.until(() -> world.chats().size() == 45);
        Held during = Held.now(world);

        Iterator<Way> ways = Stream.generate(Way::values).flatMap(Stream::of).iterator();
        for (RawClient client : clients) {
            client.leave(ways.next());
        }

        Waiting.until(() -> world.chats().stream().allMatch(Received::cutOffByClient));
        for (RawClient client : clients) {
            client.close();
        }
        assertTrue(during.virtualThreads().size() >= before.virtualThreads().size() + 45, during::toString);
        assertTrue(during.upstream() >= 45, during::toString);
        before.awaitReturn(world);
        assertEquals(45, world.chats().size(), "no further attempt was started");
        assertNoKeyIsBlamed();
    }

    /// Ten clients per form, and three WebSockets with five chats each.
    private List<RawClient> clients() {
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < 10; i++) {
            for (String path : List.of("/api/chat", "/api/chat/stream", "/v1/chat/completions")) {
                clients.add(ask(path));
            }
        }
        for (int i = 0; i < 3; i++) {
            RawSocket socket = world.socket();
            for (int chat = 0; chat < 5; chat++) {
                socket.ask("chat-" + chat);
            }
            clients.add(socket.client());
        }
        return clients;
    }

    private void assertNoKeyIsBlamed() {
        for (KeyStatus key : world.keys()) {
            assertEquals(new KeyState.Ready(), key.state());
            assertTrue(Set.of(Kind.CANCELLED).containsAll(key.tally().failures().keySet()), key::toString);
        }
        world.simulator.clearFaults();
        assertTrue(attempts(world.chat(HELLO)).matches("\\w+/[12]:ok"));
    }
}
