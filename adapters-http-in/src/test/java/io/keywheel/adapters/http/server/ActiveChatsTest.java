package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActiveChatsTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final ActiveChats activeChats = new ActiveChats(1);

    private Thread reader() {
        return Thread.startVirtualThread(() -> activeChats.awaitRecords(LONG));
    }

    private static void assertEnds(Thread reader) throws InterruptedException {
        assertTrue(reader.join(LONG.dividedBy(2)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answer_that_may_have_been_read_is_awaited_until_it_is_recorded(boolean refused) throws Exception {
        if (refused) {
            activeChats.begin(() -> {}).takeSlot();
        }
        var chat = activeChats.begin(() -> {});
        if (refused) {
            assertThrows(RefusedException.class, chat::requireRoom);
        }
        chat.releaseSlot();

        Thread reader = reader();

        Waiting.until(() -> reader.getState() == Thread.State.TIMED_WAITING);
        chat.close();
        assertEnds(reader);
    }

    @Test
    void chat_without_an_answer_is_not_awaited() throws Exception {
        activeChats.begin(() -> {});

        assertEnds(reader());
    }

    @Test
    void answer_that_a_client_does_not_read_is_awaited_once() throws Exception {
        activeChats.begin(() -> {}).releaseSlot();

        activeChats.awaitRecords();

        var reader = Thread.startVirtualThread(activeChats::awaitRecords);
        Waiting.until(() -> !reader.isAlive());
    }
}
