package io.keywheel.adapters.http.http2;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.keywheel.adapters.http.budget.Budget;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The streams of one connection. All but their serving is for the connection's thread.
final class Streams {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    /// What the streams of all connections share.
    ///
    /// @param ofOne how many there may be on one connection
    record Shared(Room room, int ofOne, ServerConnectionSelector http, Budget budget) {}

    private final ConnectionContext context;
    private final Outlet outlet;
    private final Windows windows;
    private final Shared shared;
    private final Limit limit;

    /// Each until nobody serves it any more, even if its client has left: so resetting them makes
    /// no room for more.
    private final Map<Integer, Http2Stream> served = new ConcurrentHashMap<>();

    private volatile @Nullable Runnable onceEmpty;
    private volatile long lastEnd = System.nanoTime();
    private volatile int last;

    Streams(ConnectionContext context, Outlet outlet, Windows windows, Shared shared, Limit limit) {
        this.context = context;
        this.outlet = outlet;
        this.windows = windows;
        this.shared = shared;
        this.limit = limit;
    }

    /// The last one that the client has opened.
    int last() {
        return last;
    }

    boolean isEmpty() {
        return served.isEmpty();
    }

    /// How much of `time` is left since there was a stream.
    Duration left(Duration time) {
        return isEmpty() ? time.minusNanos(System.nanoTime() - lastEnd) : time;
    }

    /// The stream, if the client is still to be heard on it.
    ///
    /// @throws BrokenConnectionException if there has never been one
    @Nullable
    Http2Stream get(int id) {
        if (id == 0 || id > last) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a frame of no stream");
        }
        Http2Stream stream = served.get(id);
        return stream == null || stream.isGone() ? null : stream;
    }

    List<Windows.Window> windows() {
        return served.values().stream().map(Http2Stream::window).toList();
    }

    void open(int id, RequestHead head, boolean ends) {
        last = id;
        RequestHead.Request request = head.request(ends);
        Room.Place place = served.size() < shared.ofOne() ? shared.room().take(head.authorization()) : null;
        if (place == null) {
            throw BrokenStreamException.noRoom(ErrorCode.REFUSED_STREAM, "too many streams");
        }
        var stream =
                new Http2Stream(id, outlet, windows, request, shared.budget().share());
        served.put(id, stream);
        Thread.ofVirtual().name("keywheel-http2-stream").start(() -> serve(stream, place));
        stream.begin(request.head(), ends);
    }

    private void serve(Http2Stream stream, Room.Place place) {
        try {
            shared.http().connection(new StreamContext(context, stream)).handle(limit);
        } catch (CloseConnectionException | UncheckedIOException _) {
            // Its way to end.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a stream failed unexpectedly", e);
        } finally {
            stream.served();
            lastEnd = System.nanoTime();
            served.remove(stream.id());
            place.close();
            runOnceEmpty();
        }
    }

    /// Does `work` when there is no stream, maybe more than once.
    void onceEmpty(Runnable work) {
        onceEmpty = work;
        runOnceEmpty();
    }

    private void runOnceEmpty() {
        Runnable work = onceEmpty;
        if (work != null && isEmpty()) {
            work.run();
        }
    }

    void reset(int id, ErrorCode code) {
        Http2Stream stream = served.get(id);
        if (stream == null) {
            outlet.put(Frame.reset(id, code));
        } else {
            stream.reset(code);
        }
    }

    /// The client has left them all.
    void leave() {
        served.values().forEach(Http2Stream::leave);
    }
}
