package io.keywheel.adapters.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.Lookout.Sight;
import io.keywheel.adapters.http.line.Lines;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// `GET /api/events`: how the gateway is, told again whenever it changes.
final class EventRoutes implements HttpService {

    /// The most watchers at once.
    static final int MOST = 16;

    private final Lookout lookout;
    private final Running running;
    private final Gate gate;
    private final Duration quiet;
    private final Errors errors;
    private final Semaphore places = new Semaphore(MOST);

    /// @param quiet how long a watcher may hear nothing
    EventRoutes(Lookout lookout, Running running, Gate gate, Duration quiet, Errors errors) {
        this.lookout = lookout;
        this.running = running;
        this.gate = gate;
        this.quiet = quiet;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).get("/api/events", this::events);
    }

    private void events(ServerRequest request, ServerResponse response) {
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_TYPE, EventStream.TYPE);
            Replies.send(request, response, Status.OK_200, new byte[0]);
            return;
        }
        if (running.isDraining()) {
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down");
        }
        if (!places.tryAcquire()) {
            throw new RefusedException(Fault.UNAVAILABLE, "as many watch the gateway as may");
        }
        try {
            var events = new EventStream(response, Exchange.of(request));
            String authorization =
                    request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            Lines.current().whileThere(() -> watch(events, authorization));
            events.close();
        } finally {
            places.release();
        }
    }

    /// Each watcher is told on its own thread: one that is slow holds up nobody else, and is cut off like any
    /// client. Nothing is kept for it, since what comes next is the whole picture again. Its token may be taken
    /// from it meanwhile.
    private @Nullable Void watch(EventStream events, String authorization) {
        events.start();
        Sight shown = null;
        long spoke = System.nanoTime();
        try {
            do {
                Sight now = lookout.look();
                if (shown == null || !now.isLike(shown)) {
                    events.send(now.bytes());
                    shown = now;
                    spoke = System.nanoTime();
                } else if (System.nanoTime() - spoke > quiet.toNanos()) {
                    events.keepAlive();
                    spoke = System.nanoTime();
                }
            } while (!running.awaitDrain(Lookout.PERIOD) && gate.knows(authorization));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException(e);
        }
        return null;
    }
}
