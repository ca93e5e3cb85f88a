package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerLimitsTest {

    private static final long MIB = 1 << 20;

    /// The JVM reports 123 MiB for a heap of 128 MiB.
    @ParameterizedTest
    @CsvSource({
        "64, false, 819, 273",
        "123, false, 1574, 524",
        "128, true, 546, 546",
        "8796093022207, false, 4096, 1024",
    })
    void connections_and_chats_fit_the_heap_up_to_a_maximum(long mib, boolean tls, int connections, int chats) {
        ServerLimits serverLimits = ServerLimits.forHeap(mib * MIB, tls);

        assertEquals(connections, serverLimits.connections());
        assertEquals(chats, serverLimits.chats());
        assertEquals(mib * MIB / 10, serverLimits.budgetBytes());
    }

    @Test
    void configured_chat_limit_overrides_the_heap_limit() {
        ServerLimits small = ServerLimits.forHeap(64 * MIB, false);

        assertEquals(10, small.withChats(10).chats());
        assertEquals(819, small.withChats(10).connections());
        assertEquals(2000, small.withChats(2000).chats());
        assertEquals(4000, small.withChats(2000).connections());
        assertEquals(small, small.withChats(0));
    }

    /// 32 sockets are for health checks and for connections that are being closed.
    @ParameterizedTest
    @CsvSource({"9223372036854775807, 4096", "5152, 4096", "5151, 4095", "2081, 1025", "2080, 1024", "832, 400", "0, 64"
    })
    void connections_leave_sockets_for_calls(long sockets, int connections) {
        ServerLimits serverLimits = ServerLimits.forHeap(1024 * MIB, false).withSockets(sockets);

        assertEquals(connections, serverLimits.connections());
        assertEquals(1024, serverLimits.chats());
    }
}
