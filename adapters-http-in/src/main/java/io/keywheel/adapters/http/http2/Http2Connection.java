package io.keywheel.adapters.http.http2;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.http2.Http2.Limits;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.adapters.http.line.Lines.LateException;
import io.keywheel.adapters.http.line.Lines.Line;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One client's connection, from its preface to its end.
final class Http2Connection implements ServerConnection, InterruptableTask<Void> {

    private static final Duration TO_SAY_GOODBYE = Duration.ofSeconds(1);

    private final ConnectionContext context;
    private final Limits limits;
    private final Streams.Shared shared;
    private final Set<Http2Connection> open;
    private final Line line;
    private final Credit credit = new Credit(System::nanoTime);
    private final Outlet outlet;
    private final Windows windows;
    private volatile @Nullable Streams streams;
    private volatile @Nullable Thread thread;

    /// @param open where it is to be found
    Http2Connection(ConnectionContext context, Limits limits, Streams.Shared shared, Set<Http2Connection> open) {
        this.context = context;
        this.limits = limits;
        this.shared = shared;
        this.open = open;
        this.line = Lines.of(context);
        this.outlet = new Outlet(context.dataWriter());
        this.windows = new Windows(outlet, credit);
    }

    /// Asks for no further requests; those that come all the same are served.
    void sayGoodbye() {
        outlet.put(Frame.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR));
    }

    @Override
    public void handle(Limit limit) {
        thread = Thread.currentThread();
        var all = new Streams(context, outlet, windows, shared, limit);
        streams = all;
        outlet.start(windows::wake);
        open.add(this);
        try {
            read(all);
        } catch (BrokenConnectionException e) {
            end(all, e.code());
            dropTheRest();
        } catch (LateException _) {
            end(all, ErrorCode.NO_ERROR);
            dropTheRest();
        } catch (CloseConnectionException _) {
            end(all, ErrorCode.NO_ERROR);
        } finally {
            open.remove(this);
            thread = null;
            all.leave();
            outlet.finish(TO_SAY_GOODBYE);
        }
    }

    private void read(Streams all) {
        var reader = new FrameReader(line, limits.head());
        var frames = new ClientFrames(all, outlet, windows, credit, limits);
        frames.greet();
        reader.preface();
        frames.first(reader.next());
        while (true) {
            if (!frames.areAmidHead()) {
                await(reader, all);
            }
            frames.take(reader.next());
        }
    }

    private void await(FrameReader reader, Streams all) {
        while (true) {
            try {
                reader.await(all.left(limits.idle()));
                return;
            } catch (LateException e) {
                if (!all.left(limits.idle()).isPositive()) {
                    throw e;
                }
            }
        }
    }

    private void end(Streams all, ErrorCode code) {
        all.leave();
        outlet.put(Frame.goAway(all.last(), code));
    }

    /// A socket that is closed with something unread in it would take back what was said last.
    private void dropTheRest() {
        long end = System.nanoTime() + TO_SAY_GOODBYE.toNanos();
        try {
            while (line.read(Duration.ofNanos(end - System.nanoTime())) != null) {
                // Not of interest.
            }
        } catch (LateException | CloseConnectionException _) {
            // That is enough.
        }
    }

    @Override
    public Duration idleTime() {
        Streams all = streams;
        return all == null ? Duration.ZERO : limits.idle().minus(all.left(limits.idle()));
    }

    @Override
    public void close(boolean interrupt) {
        Streams all = streams;
        if (interrupt || all == null) {
            interrupt();
        } else {
            all.onceEmpty(this::interrupt);
        }
    }

    private void interrupt() {
        Thread serving = thread;
        if (serving != null) {
            serving.interrupt();
        }
    }

    @Override
    public boolean canInterrupt() {
        Streams all = streams;
        return all == null || all.isEmpty();
    }
}
