package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.CloseConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {

    private static final int MOST = 8;
    private static final int SHARE = MOST / 4;

    private long now;
    private final List<String> closed = new ArrayList<>();
    private final ConnectionSlots connectionSlots = new ConnectionSlots(MOST, () -> now);

    private ConnectionSlots.Slot stranger(String name, @Nullable String peer) {
        var slot = connectionSlots.new Slot(peer, () -> closed.add(name));
        slot.acquire();
        return slot;
    }

    private ConnectionSlots.Slot stranger(String name) {
        return stranger(name, null);
    }

    private ConnectionSlots.Slot uploading(String name) {
        var slot = stranger(name);
        slot.touch();
        slot.trust();
        return slot;
    }

    private ConnectionSlots.Slot busy(String name) {
        var slot = uploading(name);
        slot.becomeBusy();
        return slot;
    }

    private ConnectionSlots.Slot idle(String name) {
        var slot = busy(name);
        slot.becomeIdle();
        return slot;
    }

    private void strangers(int count) {
        for (int i = 0; i < count; i++) {
            stranger("stranger " + i);
        }
    }

    /// Slots held by `count` authenticated clients.
    private List<ConnectionSlots.Slot> known(int count, boolean idle) {
        return IntStream.range(0, count)
                .mapToObj(i -> idle ? idle("known " + i) : busy("known " + i))
                .toList();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void each_silent_connection_beyond_the_limit_closes_the_oldest_one() {
        strangers(100_000);

        assertEquals(100_000 - MOST, closed.size());
        assertEquals("stranger 0", closed.getFirst());
        assertEquals("stranger " + (100_000 - MOST - 1), closed.getLast());
    }

    @Test
    void closed_connection_cannot_begin_a_request() {
        var first = stranger("first");
        strangers(MOST);

        assertThrows(CloseConnectionException.class, first::touch);
        assertThrows(CloseConnectionException.class, first::becomeBusy);
        assertThrows(CloseConnectionException.class, first::tryBecomeRegular);
        assertThrows(CloseConnectionException.class, first::trust);
    }

    @Test
    void leaving_twice_frees_one_slot() {
        var first = stranger("first");
        known(MOST - 1, false);
        first.release();
        first.release();

        assertTrue(stranger("next").tryBecomeRegular());
        assertFalse(stranger("one more").tryBecomeRegular());
        assertEquals(List.of(), closed);
    }

    @Test
    void peer_above_its_share_is_evicted_before_older_connections() {
        stranger("older", "192.0.2.1");
        for (int i = 1; i < MOST; i++) {
            stranger("crowd " + i, "192.0.2.2");
        }
        for (int i = 0; i < MOST - 1 - SHARE; i++) {
            stranger("later " + i, "192.0.2." + (3 + i));
        }
        assertEquals(List.of("crowd 1", "crowd 2", "crowd 3", "crowd 4", "crowd 5"), closed);

        stranger("last", "192.0.2.9");
        assertEquals("older", closed.getLast());
    }

    @Test
    void silent_stranger_is_evicted_before_one_that_sent_a_request() {
        var asked = stranger("asked");
        strangers(MOST - 1);
        asked.touch();
        asked.becomeIdle();
        stranger("one more");

        assertEquals(List.of("stranger 0"), closed);
    }

    @Test
    void silent_stranger_is_evicted_before_idle_clients() {
        known(MOST - 1, true);
        stranger("silent");
        pass(1001);
        stranger("one more");

        assertEquals(List.of("silent"), closed);
    }

    @Test
    void rapid_reconnects_evict_no_idle_client() {
        known(MOST - 1, true);
        strangers(1001);

        assertEquals(1000, closed.size());
        assertEquals("stranger 999", closed.getLast());
    }

    @Test
    void longest_idle_client_is_evicted_without_strangers() {
        var first = known(MOST, true).getFirst();
        first.touch();
        stranger("new");

        assertEquals(List.of("known 1"), closed);
    }

    @Test
    void known_client_is_idle_until_its_request_has_arrived_in_full() {
        known(MOST - 1, false);
        uploading("slow");
        stranger("new");

        assertEquals(List.of("slow"), closed);
    }

    @Test
    void connection_that_ends_stays_out_of_turn() {
        var known = busy("known");
        known.release();
        known.becomeIdle();
        known(MOST, false);
        stranger("new");

        assertEquals(List.of(), closed);
    }

    @Test
    void new_stranger_keeps_its_slot_while_all_others_are_busy() {
        known(MOST - 1, false);
        stranger("new");
        pass(1000);
        stranger("one more");

        assertEquals(List.of(), closed);
    }

    @Test
    void busy_connections_are_never_evicted_and_spare_slots_remain() {
        known(MOST, false);
        for (int i = 0; i < ConnectionSlots.SPARE; i++) {
            assertFalse(stranger("spare " + i).tryBecomeRegular());
        }
        assertEquals(List.of(), closed);

        assertFalse(stranger("one more").tryBecomeRegular());
        assertEquals(List.of("spare 0"), closed);
    }

    @Test
    void spare_slot_becomes_regular_by_evicting_an_idle_client() {
        var busy = known(MOST, false).getFirst();
        var spare = stranger("spare");
        busy.becomeIdle();

        assertTrue(spare.tryBecomeRegular());
        assertEquals(List.of("known 0"), closed);
    }

    @Test
    void idle_client_is_evicted_before_a_silent_spare_connection() {
        var known = known(MOST, false);
        stranger("health check");
        known.getFirst().becomeIdle();

        assertTrue(stranger("new").tryBecomeRegular());
        assertEquals(List.of("known 0"), closed);
    }

    @Test
    void known_client_is_served_while_a_spare_slot_is_taken() {
        var known = known(MOST, false).getFirst();
        stranger("spare");

        assertTrue(known.tryBecomeRegular());
        assertEquals(List.of(), closed);
    }
}
