package io.keywheel.adapters.http.line;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.line.Lines.FloodException;
import io.keywheel.adapters.http.line.Lines.Line;
import io.keywheel.adapters.http.line.Lines.Patience;
import io.keywheel.adapters.http.line.Lines.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client's socket.
final class OpenLine implements Line {

    static final ScopedValue<OpenLine> CURRENT = ScopedValue.newInstance();

    private static final Duration LINGERING = Duration.ofSeconds(2);

    /// What the client is doing, as far as reading is concerned.
    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        LINGERING,
        UPGRADED
    }

    private final HelidonSocket socket;
    private final Patience patience;
    private final byte[] tooSlow;
    private final Stopwatch reading = new Stopwatch();
    private final Stopwatch writing = new Stopwatch();

    private volatile Phase phase = Phase.IDLE;
    private volatile boolean gone;
    private long phaseEnds;
    private long bytesLeft;
    private @Nullable ReadAhead ahead;

    OpenLine(HelidonSocket socket, Patience patience, byte[] tooSlow) {
        this.socket = socket;
        this.patience = patience;
        this.tooSlow = tooSlow;
    }

    /// The next bytes; null at the end of what the client sends.
    byte @Nullable [] read() {
        if (phase == Phase.IDLE) {
            phaseEnds = endOf(patience.idle());
        }
        byte[] bytes;
        if (phase != Phase.UPGRADED) {
            reading.start(phaseEnds);
        }
        try {
            bytes = ahead == null ? socket.get() : ahead.take();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("the client's line broke", e);
        } finally {
            ahead = null;
            if (!reading.stop()) {
                throwLate();
            }
        }
        if (bytes != null) {
            account(bytes.length);
        }
        return bytes;
    }

    private static void throwLate() {
        throw new CloseConnectionException("the client took too long");
    }

    private void account(int count) {
        if (phase == Phase.IDLE) {
            phase = Phase.HEAD;
            phaseEnds = endOf(patience.head());
        } else if (phase == Phase.BODY || phase == Phase.LINGERING) {
            bytesLeft -= count;
            if (bytesLeft < 0) {
                throw new FloodException();
            }
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
        phase = Phase.LINGERING;
        phaseEnds = endOf(LINGERING);
        bytesLeft = Math.max(patience.bodyBytes(), 1 << 20);
        try {
            rest.drop();
        } catch (IOException | RuntimeException e) {
            // The client does not take its leave politely: the line is closed either way.
            gone = true;
        }
    }

    void cutIfLate(long now) {
        if (writing.isOver(now)) {
            cut();
        } else if (reading.isOver(now)) {
            if (phase == Phase.HEAD || phase == Phase.BODY) {
                sayTooSlow();
            }
            cut();
        }
    }

    void cut() {
        try {
            socket.close();
        } catch (UncheckedIOException e) {
            // Already closed by the other side.
            gone = true;
        }
    }

    /// Nobody else writes: the thread that would is waiting for the rest of the request, and will not go on.
    private void sayTooSlow() {
        try {
            socket.write(BufferData.create(tooSlow));
        } catch (UncheckedIOException e) {
            gone = true;
        }
    }

    private static long endOf(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
