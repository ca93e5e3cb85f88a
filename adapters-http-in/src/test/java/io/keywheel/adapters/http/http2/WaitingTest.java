package io.keywheel.adapters.http.http2;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.keywheel.adapters.http.http2.Waiting.Cause;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private final Waiting waiting = new Waiting();
    private final Windows.Window stream = new Windows(new Outlet(new Nowhere()), new Credit(() -> 0)).open();

    @Test
    void one_that_comes_to_wait_for_something_else_has_somebody_woken_behind_it() {
        assertFalse(waiting.lineUp(stream, Cause.WRITER), "nobody is behind one that has not waited");
        assertFalse(waiting.lineUp(stream, Cause.WRITER), "it keeps its place");

        assertTrue(waiting.lineUp(stream, Cause.CONNECTION));
    }

    @Test
    void one_that_leaves_tells_whether_it_waited() {
        waiting.lineUp(stream, Cause.OWN_WINDOW);

        assertTrue(waiting.leave(stream));
        assertFalse(waiting.leave(stream));
    }

    private static final class Nowhere implements DataWriter {
        @Override
        public void write(BufferData... buffers) {}

        @Override
        public void write(BufferData buffer) {}

        @Override
        public void writeNow(BufferData... buffers) {}

        @Override
        public void writeNow(BufferData buffer) {}
    }
}
