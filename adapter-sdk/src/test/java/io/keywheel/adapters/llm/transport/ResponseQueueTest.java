package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.adapters.llm.transport.ResponseQueue.Arrival;
import io.keywheel.application.port.out.Timeouts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResponseQueueTest {

    private final WaitWatch watch = new WaitWatch();
    private final ResponseQueue queue = new ResponseQueue(watch);

    private static AttemptDeadline within(Duration time) {
        return AttemptDeadline.forAnswer(new Timeouts(time, time, time), time);
    }

    @Test
    void interrupt_wins_over_a_queued_arrival() {
        queue.put(new Arrival.End());
        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> queue.take(within(Duration.ofSeconds(10))));
    }

    @Test
    void take_waits_for_a_later_arrival() throws Exception {
        var taken = new FutureTask<>(() -> queue.take(within(Duration.ofSeconds(10))));
        Thread.startVirtualThread(taken);
        queue.put(new Arrival.End());

        assertInstanceOf(Arrival.End.class, taken.get(30, TimeUnit.SECONDS));
    }

    @Test
    void take_times_out_even_after_the_watch_closed() {
        var waiting = CompletableFuture.supplyAsync(
                () -> assertThrows(TransportException.class, () -> queue.take(within(Duration.ofMillis(100)))));
        watch.close();

        assertInstanceOf(
                TransportException.class,
                waiting.orTimeout(30, TimeUnit.SECONDS).join());
    }
}
