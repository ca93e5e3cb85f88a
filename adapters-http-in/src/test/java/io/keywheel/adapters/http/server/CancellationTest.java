package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final Cancellation cancellation = new Cancellation();

    @Test
    void failure_after_cancel_counts_as_cancelled() {
        assertThrows(
                ChatCancelledException.class,
                () -> cancellation.during(() -> {
                    cancellation.cancel();
                    throw failure();
                }));

        assertFalse(Thread.interrupted());
    }

    @Test
    void failure_without_cancel_is_rethrown() {
        assertThrows(
                DeadlineExceededException.class,
                () -> cancellation.during(() -> {
                    throw failure();
                }));
    }

    private static ChatException failure() {
        return new DeadlineExceededException(List.of());
    }
}
