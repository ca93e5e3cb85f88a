package io.keywheel.adapters.http.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.ClientGoneException;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.status.StatusSampler.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// `GET /api/events`: the status of the gateway, sent again whenever it changes.
///
/// @param quiet how long a watcher may hear nothing
/// @param places of [#MOST] watchers
public record EventRoutes(
        StatusSampler statusSampler,
        ActiveChats activeChats,
        AccessTokenCheck accessTokenCheck,
        Duration quiet,
        Semaphore places) {

    /// The most watchers at once.
    public static final int MOST = 16;

    public void register(Routes routes) {
        routes.get("/api/events", this::events);
    }

    private void events(ServerRequest request, ServerResponse response) {
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_TYPE, SseStream.TYPE);
            Responses.send(request, response, Status.OK_200, new byte[0]);
            return;
        }
        activeChats.mustNotDrain();
        if (!places.tryAcquire()) {
            throw new RefusedException(HttpError.UNAVAILABLE, "as many watch the gateway as may");
        }
        try {
            var events = new SseStream(response, RequestContext.current());
            List<String> tokens = AccessTokenCheck.shown(request.headers());
            ClientConnection.current().whileConnected(() -> watch(events, tokens));
            events.close();
        } finally {
            places.release();
        }
    }

    /// Each subscriber has its own thread: a slow one delays no other, and is cut off like any client. Nothing is
    /// kept for it, since what comes next is the whole picture again. Its token may be taken from it meanwhile.
    private @Nullable Void watch(SseStream events, List<String> tokens) {
        events.start();
        Snapshot shown = null;
        long spoke = System.nanoTime();
        try {
            do {
                Snapshot now = statusSampler.latest();
                if (shown == null || !now.isLike(shown)) {
                    events.sendWith(false, now.moment(), now.said());
                    shown = now;
                    spoke = System.nanoTime();
                } else if (System.nanoTime() - spoke > quiet.toNanos()) {
                    events.keepAlive();
                    spoke = System.nanoTime();
                }
            } while (!activeChats.awaitDrain(StatusSampler.PERIOD) && accessTokenCheck.knows(tokens));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException(e);
        }
        return null;
    }
}
