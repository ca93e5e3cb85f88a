package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServerLimitsTest {

    private static final long MIB = 1 << 20;

    @Test
    void a_small_heap_has_room_for_less() {
        ServerLimits small = ServerLimits.within(64 * MIB, false);

        assertEquals(819, small.connections());
        assertEquals(273, small.chats());
        assertEquals(64 * MIB / 10, small.heldBytes());
    }

    @Test
    void a_heap_of_128_mib_has_room_for_500_streams_and_1000_idle_sockets() {
        // What the JVM tells of it, less than it was given.
        ServerLimits serverLimits = ServerLimits.within(123 * MIB, false);

        assertTrue(serverLimits.chats() >= 500, serverLimits::toString);
        assertTrue(serverLimits.connections() >= 1500, serverLimits::toString);
    }

    @Test
    void a_heap_has_room_for_fewer_connections_that_are_encrypted() {
        ServerLimits serverLimits = ServerLimits.within(128 * MIB, true);

        assertEquals(546, serverLimits.connections());
        assertEquals(546, serverLimits.chats());
    }

    @Test
    void a_number_that_is_set_goes_before_the_room_there_is() {
        ServerLimits small = ServerLimits.within(64 * MIB, false);

        assertEquals(10, small.withChats(10).chats());
        assertEquals(819, small.withChats(10).connections());
        assertEquals(2000, small.withChats(2000).chats());
        assertEquals(4000, small.withChats(2000).connections());
        assertEquals(small, small.withChats(0));
    }

    @Test
    void a_large_heap_has_room_for_no_more_than_the_system() {
        ServerLimits large = ServerLimits.within(Long.MAX_VALUE, false);

        assertEquals(4096, large.connections());
        assertEquals(1024, large.chats());
    }
}
