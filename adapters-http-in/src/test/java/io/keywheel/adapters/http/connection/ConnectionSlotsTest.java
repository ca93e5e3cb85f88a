package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.helidon.webserver.CloseConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of 8 connections makes room for the next. Most cases are rows of steps, and after `>` what each one closes:
///
/// - `silent 2`: two more connections, numbered from 0 on; `silent 1 from a`: of this peer
/// - `uploading 1`, `busy 1`, `idle 1`: of an authenticated client
/// - `regular 1`, `spare 1`: a silent one that could become regular, or not
/// - `touch 0`, `leave 0`, `rest 0`, `promote 0`: the first one sends, ends, becomes idle, and becomes regular
final class ConnectionSlotsTest {

    private static final int MOST = 8;

    private long now;
    private final List<ConnectionSlots.Slot> slots = new ArrayList<>();
    private final List<Integer> closed = new ArrayList<>();
    private final ConnectionSlots connectionSlots = new ConnectionSlots(MOST, () -> now);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    each silent connection beyond the limit closes the oldest one | silent 100000 > 0-99991
                    leaving twice frees one slot | silent 1; busy 7; leave 0; leave 0; regular 1; spare 1
                    a peer above its share is evicted before older connections | silent 1 from a; silent 7 from b; silent 1 from c > 1; silent 1 from d > 2; silent 1 from e > 3; silent 1 from f > 4; silent 1 from g > 5; silent 1 from h > 0
                    a silent stranger is evicted before one that sent a request | silent 8; touch 0; rest 0; silent 7 > 1-7; silent 1 > 0
                    a silent stranger is evicted before idle clients | idle 7; silent 1; pass 1001; silent 1 > 7
                    rapid reconnects evict no idle client | idle 7; silent 1001 > 7-1006
                    the longest idle client is evicted without strangers | idle 8; touch 0; idle 7 > 1-7; idle 1 > 0
                    a busy client is not idle because it sends | busy 8; touch 0; silent 1
                    a known client is idle until its request has arrived in full | busy 7; uploading 1; silent 1 > 7
                    a connection that ends stays out of turn | busy 1; leave 0; rest 0; busy 8; silent 1
                    a new stranger keeps its slot while all others are busy | busy 7; silent 1; pass 1000; silent 1; pass 1; silent 1 > 7
                    two new strangers keep their slots from a third | busy 6; silent 2; spare 1
                    a new stranger is evicted if all spare slots are taken | busy 23; silent 1; silent 1 > 23
                    busy connections are never evicted and spare slots remain | busy 8; spare 16; spare 1 > 8
                    a spare slot becomes regular by evicting an idle client | busy 8; silent 1; rest 0; promote 8 > 0; leave 8; busy 1; spare 16
                    a spare slot becomes regular without evicting while one is free | busy 8; spare 1; rest 0; leave 1; promote 8
                    a regular slot stays regular without evicting | idle 7; regular 1
                    an idle client is evicted before a silent spare connection | busy 8; silent 1; rest 0; regular 1 > 0
                    a known client is served while a spare slot is taken | busy 8; silent 1; promote 0
                    """)
    void connections_are_evicted_in_turn(String what, String steps) {
        for (String step : steps.split("; ", -1)) {
            String[] both = step.split(" > ", -1);
            String[] words = both[0].split(" ", -1);
            take(words[0], words[1], words.length > 3 ? words[3] : null, what + ": " + step);
            assertEquals(both.length > 1 ? numbers(both[1]) : List.of(), closed, what + ": " + step);
            closed.clear();
        }
    }

    private static List<Integer> numbers(String range) {
        String[] ends = range.split("-", -1);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                .boxed()
                .toList();
    }

    private void take(String verb, String number, @Nullable String peer, String step) {
        switch (verb) {
            case "pass" -> now += TimeUnit.MILLISECONDS.toNanos(Long.parseLong(number));
            case "touch" -> slot(number).touch();
            case "leave" -> slot(number).release();
            case "rest" -> slot(number).becomeIdle();
            case "promote" -> assertTrue(slot(number).tryBecomeRegular(), step);
            default -> {
                for (int i = 0; i < Integer.parseInt(number); i++) {
                    open(verb, peer, step);
                }
            }
        }
    }

    private ConnectionSlots.Slot slot(String number) {
        return slots.get(Integer.parseInt(number));
    }

    private void open(String state, @Nullable String peer, String step) {
        int number = slots.size();
        var slot = connectionSlots.new Slot(peer, () -> closed.add(number));
        slots.add(slot);
        slot.acquire();
        switch (state) {
            case "silent" -> {}
            case "regular", "spare" -> assertEquals(state.equals("regular"), slot.tryBecomeRegular(), step);
            case "uploading", "busy", "idle" -> {
                slot.touch();
                slot.trust();
                if (!state.equals("uploading")) {
                    slot.becomeBusy();
                }
                if (state.equals("idle")) {
                    slot.becomeIdle();
                }
            }
            default -> fail(step);
        }
    }

    @Test
    void closed_connection_cannot_begin_a_request() {
        for (int i = 0; i <= MOST; i++) {
            open("silent", null, "");
        }
        var first = slots.getFirst();

        assertThrows(CloseConnectionException.class, first::touch);
        assertThrows(CloseConnectionException.class, first::becomeBusy);
        assertThrows(CloseConnectionException.class, first::tryBecomeRegular);
        assertThrows(CloseConnectionException.class, first::trust);
    }
}
