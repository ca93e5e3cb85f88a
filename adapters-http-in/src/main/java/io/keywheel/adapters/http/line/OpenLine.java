package io.keywheel.adapters.http.line;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.line.Lines.FloodException;
import io.keywheel.adapters.http.line.Lines.LateException;
import io.keywheel.adapters.http.line.Lines.Line;
import io.keywheel.adapters.http.line.Lines.Patience;
import io.keywheel.adapters.http.line.Lines.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client's socket. All but [#cutIfLate] and [#cut] are for the thread that serves the client.
final class OpenLine implements Line {

    static final ScopedValue<OpenLine> CURRENT = ScopedValue.newInstance();

    private static final Duration LINGERING = Duration.ofSeconds(2);
    private static final long LEAST_TO_HEAR_OUT = 1 << 20;

    /// What the client is at.
    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        UPGRADED
    }

    private final HelidonSocket socket;
    private final Patience patience;
    private final Stopwatch writing = new Stopwatch();
    private Phase phase = Phase.IDLE;
    private long phaseEnds;
    private long bytesLeft;
    private boolean gone;
    private @Nullable ReadAhead ahead;

    OpenLine(HelidonSocket socket, Patience patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /// The next bytes; null at the end of what the client sends.
    byte @Nullable [] read() {
        byte[] bytes = switch (phase) {
            case IDLE -> readNext();
            case HEAD -> readHead();
            case BODY -> readUntil(phaseEnds);
            case UPGRADED -> readForever();
        };
        if (bytes != null) {
            account(bytes.length);
        }
        return bytes;
    }

    private byte @Nullable [] readUntil(long end) {
        ReadAhead next = ahead == null ? ReadAhead.start(socket) : ahead;
        ahead = null;
        return next.take(end);
    }

    private byte @Nullable [] readNext() {
        try {
            return readUntil(endOf(patience.idle()));
        } catch (LateException e) {
            throw new CloseConnectionException("the client asks nothing more", e);
        }
    }

    /// Helidon answers this one: no route has the request yet.
    private byte @Nullable [] readHead() {
        try {
            return readUntil(phaseEnds);
        } catch (LateException e) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.REQUEST_TIMEOUT_408)
                    .setKeepAlive(false)
                    .message("the head took too long to come")
                    .cause(e)
                    .build();
        }
    }

    private byte @Nullable [] readForever() {
        if (ahead != null) {
            return readUntil(endOf(Duration.ofDays(365)));
        }
        try {
            return socket.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("the client's line broke", e);
        }
    }

    private void account(int count) {
        switch (phase) {
            case IDLE -> {
                phase = Phase.HEAD;
                phaseEnds = endOf(patience.head());
            }
            case BODY -> {
                bytesLeft -= count;
                if (bytesLeft < 0) {
                    throw new FloodException();
                }
            }
            case HEAD, UPGRADED -> {}
        }
    }

    void write(Runnable work) {
        writing.start(endOf(patience.write()));
        try {
            work.run();
        } finally {
            writing.stop();
        }
    }

    @Override
    public void headRead() {
        phase = Phase.BODY;
        phaseEnds = endOf(patience.body());
        bytesLeft = patience.bodyBytes();
    }

    @Override
    public void requestRead() {
        phase = Phase.IDLE;
    }

    @Override
    public void upgraded() {
        phase = Phase.UPGRADED;
    }

    @Override
    public <T> T whileThere(Supplier<T> work) {
        if (ahead == null) {
            ahead = ReadAhead.start(socket);
        }
        ReadAhead watch = ahead;
        watch.watchFor(Thread.currentThread());
        try {
            return work.get();
        } finally {
            gone = watch.release();
        }
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void linger(Rest rest) {
        phase = Phase.BODY;
        phaseEnds = endOf(LINGERING);
        bytesLeft = Math.max(patience.bodyBytes(), LEAST_TO_HEAR_OUT);
        try {
            rest.drop();
        } catch (IOException | RuntimeException e) {
            // It has left, or sends more than we want to hear: the line is closed either way.
            throw new CloseConnectionException("the client did not end its request", e);
        }
    }

    void cutIfLate(long now) {
        if (writing.isOver(now)) {
            cut();
        }
    }

    void cut() {
        try {
            socket.close();
        } catch (UncheckedIOException _) {
            // The other side was faster.
            return;
        }
    }

    private static long endOf(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
