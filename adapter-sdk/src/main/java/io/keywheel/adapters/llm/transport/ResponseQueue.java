package io.keywheel.adapters.llm.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Passes an answer from the receiving thread to the reading thread, which waits until its deadline at most.
final class ResponseQueue implements WaitWatch.Wait {

    sealed interface Arrival {

        record Head(int status, Headers headers) implements Arrival {}

        record Bytes(byte[] bytes) implements Arrival {}

        record End() implements Arrival {}

        record Broken(Throwable cause) implements Arrival {}
    }

    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final WaitWatch watch;
    private volatile @Nullable Thread waiting;
    private volatile long until;
    private boolean ended;

    ResponseQueue(WaitWatch watch) {
        this.watch = watch;
    }

    void put(Arrival arrival) {
        arrivals.add(arrival);
        LockSupport.unpark(waiting);
    }

    /// Whether the end was taken, or is the next arrival.
    boolean hasEnded() {
        return ended || arrivals.peek() instanceof Arrival.End;
    }

    Arrival.Head head(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        return switch (take(attemptDeadline)) {
            case Arrival.Head head -> head;
            case Arrival.Broken(var cause) ->
                throw TransportException.of(cause, "the connection was closed before an answer came");
            case Arrival.Bytes _, Arrival.End _ -> throw new IllegalStateException("a body without a head");
        };
    }

    /// The next bytes of a body; null at its end.
    byte @Nullable [] bytes(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        if (ended) {
            return null;
        }
        return switch (take(attemptDeadline)) {
            case Arrival.Bytes(var bytes) -> bytes;
            case Arrival.End _ -> {
                ended = true;
                yield null;
            }
            case Arrival.Broken(var cause) -> throw TransportException.of(cause, "the answer broke off");
            case Arrival.Head _ -> throw new IllegalStateException("a second head");
        };
    }

    Arrival take(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        // Checked even if bytes have arrived: a provider may stay ahead of its reader to the end.
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Arrival arrival = arrivals.poll();
        return arrival != null ? arrival : await(attemptDeadline);
    }

    private Arrival await(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        until = attemptDeadline.end();
        waiting = Thread.currentThread();
        watch.begin(this);
        try {
            while (true) {
                Arrival arrival = arrivals.poll();
                if (arrival != null) {
                    return arrival;
                }
                attemptDeadline.requireTimeLeft();
                LockSupport.park(this);
            }
        } finally {
            watch.end(this);
            waiting = null;
        }
    }

    @Override
    public long until() {
        return until;
    }

    @Override
    public void wake() {
        LockSupport.unpark(waiting);
    }
}
