package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.status.KeyState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class KeysSnapshotTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    /// A pause of the machine while a snapshot is taken lets the next request see it again, but not each time.
    @Test
    void api_keys_shows_a_change_immediately() {
        assertTrue(Stream.generate(() -> List.of(shown(Pools.READY), shown(Pools.COOLING)))
                .limit(3)
                .anyMatch(List.of("ready", "cooling")::equals));
    }

    @Test
    void slow_snapshot_of_the_keys_serves_several_requests() {
        testServer.statusTime = Duration.ofMillis(100);

        for (int i = 0; i < 20; i++) {
            testServer.get("/api/keys").assertStatus(200);
        }

        assertTrue(testServer.asked.get() < 20, () -> testServer.asked + " snapshots");
    }

    private String shown(KeyState groq) {
        testServer.status = Pools.of(groq, Pools.READY);
        return testServer.get("/api/keys").text("/providers/0/keys/0/state");
    }
}
