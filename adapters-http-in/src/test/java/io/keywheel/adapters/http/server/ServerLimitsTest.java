package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServerLimitsTest {

    private static final long MIB = 1 << 20;

    @Test
    void small_heap_lowers_all_limits() {
        ServerLimits small = ServerLimits.forHeap(64 * MIB, false);

        assertEquals(819, small.connections());
        assertEquals(273, small.chats());
        assertEquals(64 * MIB / 10, small.budgetBytes());
    }

    @Test
    void heap_of_128_mib_allows_500_chats_and_1500_connections() {
        // The JVM reports 123 MiB for a heap of 128 MiB.
        ServerLimits serverLimits = ServerLimits.forHeap(123 * MIB, false);

        assertTrue(serverLimits.chats() >= 500, serverLimits::toString);
        assertTrue(serverLimits.connections() >= 1500, serverLimits::toString);
    }

    @Test
    void tls_lowers_the_connection_limit() {
        ServerLimits serverLimits = ServerLimits.forHeap(128 * MIB, true);

        assertEquals(546, serverLimits.connections());
        assertEquals(546, serverLimits.chats());
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

    @Test
    void large_heap_does_not_exceed_the_maximum_limits() {
        ServerLimits large = ServerLimits.forHeap(Long.MAX_VALUE, false);

        assertEquals(4096, large.connections());
        assertEquals(1024, large.chats());
    }
}
