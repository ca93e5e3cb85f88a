package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BoundsTest {

    private static final long MIB = 1 << 20;

    @Test
    void a_small_heap_has_room_for_less() {
        Bounds small = Bounds.within(64 * MIB);

        assertEquals(819, small.connections());
        assertEquals(273, small.chats());
        assertEquals(16 * MIB, small.heldBytes());
    }

    @Test
    void a_heap_of_128_mib_has_room_for_500_streams_and_1000_idle_sockets() {
        // What the JVM tells of it, less than it was given.
        Bounds bounds = Bounds.within(123 * MIB);

        assertTrue(bounds.chats() >= 500, bounds::toString);
        assertTrue(bounds.connections() >= 1500, bounds::toString);
    }

    @Test
    void a_heap_has_room_for_fewer_connections_that_are_encrypted() {
        Bounds bounds = Bounds.withinForTls(128 * MIB);

        assertEquals(546, bounds.connections());
        assertEquals(546, bounds.chats());
    }

    @Test
    void a_number_that_is_set_goes_before_the_room_there_is() {
        Bounds small = Bounds.within(64 * MIB);

        assertEquals(10, small.withChats(10).chats());
        assertEquals(819, small.withChats(10).connections());
        assertEquals(2000, small.withChats(2000).chats());
        assertEquals(4000, small.withChats(2000).connections());
        assertEquals(small, small.withChats(0));
    }

    @Test
    void a_large_heap_has_room_for_no_more_than_the_system() {
        Bounds large = Bounds.within(Long.MAX_VALUE);

        assertEquals(4096, large.connections());
        assertEquals(1024, large.chats());
    }
}
