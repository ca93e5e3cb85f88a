package io.keywheel.adapters.llm.transport;

import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/// The deadline of one attempt. Confined to the thread of the attempt.
public final class AttemptDeadline {

    /// Timers may fire this much too early.
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(5);

    private final Timeouts timeouts;
    private final long deadline;
    private long limit;
    private String timeoutMessage;

    private AttemptDeadline(Timeouts timeouts, Duration timeLeft, Duration first, String timeoutMessage) {
        long now = System.nanoTime();
        this.timeouts = timeouts;
        this.deadline = now + nanos(timeLeft);
        this.limit = now + nanos(first);
        this.timeoutMessage = timeoutMessage;
    }

    /// The deadline of a whole answer.
    public static AttemptDeadline forAnswer(Timeouts timeouts, Duration timeLeft) {
        return of("answer", timeouts, timeLeft);
    }

    /// The deadline of the first token of a stream.
    public static AttemptDeadline forStream(Timeouts timeouts, Duration timeLeft) {
        return of("first token", timeouts, timeLeft);
    }

    private static AttemptDeadline of(String what, Timeouts timeouts, Duration timeLeft) {
        Duration first = timeouts.firstToken();
        return new AttemptDeadline(timeouts, timeLeft, first, "no " + what + " within " + text(first));
    }

    /// The deadline of a list of models, limited only by the caller's time.
    public static AttemptDeadline forList(Timeouts timeouts, Duration timeLeft) {
        return new AttemptDeadline(timeouts, timeLeft, ChronoUnit.FOREVER.getDuration(), "");
    }

    /// Starts the idle timeout, which applies between two chunks.
    public void startIdleTimeout() {
        limit = System.nanoTime() + nanos(timeouts.idle());
        timeoutMessage = "nothing more within " + text(timeouts.idle());
    }

    /// Sets the time left to `time`, even if less was left. The deadline of the whole request still applies.
    public void limitTo(Duration time) {
        limit = System.nanoTime() + nanos(time);
    }

    /// Adds `nanos` to the current limit, for time in which the reader held up the attempt.
    public void exclude(long nanos) {
        limit += nanos;
    }

    /// The time left; zero at the end.
    Duration timeLeft() {
        return Duration.ofNanos(Math.max(0, end() - System.nanoTime()));
    }

    /// @throws InterruptedException if this thread is interrupted
    void requireTimeLeft() throws TransportException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (end() - System.nanoTime() <= 0) {
            throw timeoutException();
        }
    }

    /// The end, in the time of [System#nanoTime].
    long end() {
        return deadline - limit < 0 ? deadline : limit;
    }

    TransportException timeoutException() {
        return TransportException.timeout(isOutOfTime() ? "the request's deadline passed" : timeoutMessage, null);
    }

    /// The failure for a timeout before any content.
    Failure failure(TransportException timeout) {
        return isOutOfTime() ? new Failure.OutOfTime() : new Failure.TimedOut(timeout.reason());
    }

    private boolean isOutOfTime() {
        return deadline - limit < 0 && deadline - System.nanoTime() <= SLACK;
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static long nanos(Duration duration) {
        return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 4);
    }
}
