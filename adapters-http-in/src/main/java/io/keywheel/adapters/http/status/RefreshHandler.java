package io.keywheel.adapters.http.status;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.application.port.in.ModelsUseCase;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// `POST /api/models/refresh`: refreshes the providers' model lists in the background. The response does not wait
/// for it, and concurrent requests share one refresh.
public final class RefreshHandler {

    private static final System.Logger LOG = System.getLogger("io.keywheel.models");

    /// A client that calls this in a loop must not use up the providers' limits.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ModelsUseCase models;
    private final BodyReader bodyReader;

    /// Taken from the start of a refresh to the end of the pause after it.
    private final Semaphore mayStart = new Semaphore(1);

    public RefreshHandler(ModelsUseCase models, BodyReader bodyReader) {
        this.models = models;
        this.bodyReader = bodyReader;
    }

    public void refresh(ServerRequest request, ServerResponse response) {
        bodyReader.requireNoFields(request);
        boolean started = mayStart.tryAcquire();
        if (started) {
            Thread.ofVirtual().name("keywheel-models").start(this::refresh);
        }
        HttpResponses.send(request, response, JsonWriter.object().put("started", started));
    }

    private void refresh() {
        try {
            models.refresh();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The providers' models could not be refreshed", e);
        } finally {
            CompletableFuture.delayedExecutor(PAUSE.toSeconds(), TimeUnit.SECONDS)
                    .execute(mayStart::release);
        }
    }
}
