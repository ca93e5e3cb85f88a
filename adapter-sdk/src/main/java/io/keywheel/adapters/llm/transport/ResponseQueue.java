package io.keywheel.adapters.llm.transport;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Hands an answer from the thread that receives it to the one that wants it, which waits no
/// longer than its patience.
final class ResponseQueue {

    /// What can arrive.
    sealed interface Arrival {

        record Head(int status, Headers headers) implements Arrival {}

        @SuppressWarnings("ArrayRecordComponent") // taken once and never compared
        record Bytes(byte[] bytes) implements Arrival {}

        record End() implements Arrival {}

        record Broken(Throwable cause) implements Arrival {}
    }

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    void put(Arrival arrival) {
        arrivals.add(arrival);
    }

    Arrival take(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        Arrival arrival = arrivals.poll(attemptDeadline.left().toNanos(), TimeUnit.NANOSECONDS);
        if (arrival == null) {
            throw attemptDeadline.exhausted();
        }
        return arrival;
    }
}
