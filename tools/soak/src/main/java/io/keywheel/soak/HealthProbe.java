package io.keywheel.soak;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests `/health/live` on a new connection every half second, as a supervisor does.
final class HealthProbe implements AutoCloseable {

    private final Endpoint gateway;
    private final Duration timeout;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final AtomicInteger sent = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final Latencies latencies = new Latencies();

    /// Returns after the first request, so that the load does not compete with the first TLS handshake of a process.
    HealthProbe(Endpoint gateway, Duration timeout) {
        this.gateway = gateway;
        this.timeout = timeout;
        probe();
        var _ = timer.scheduleWithFixedDelay(this::probe, 500, 500, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        var request = HttpRequest.newBuilder(gateway.address().resolve("/health/live"))
                .timeout(timeout)
                .build();
        long start = System.nanoTime();
        sent.incrementAndGet();
        try (HttpClient client = gateway.client().connectTimeout(timeout).build()) {
            if (client.send(request, BodyHandlers.discarding()).statusCode() != 200) {
                failed.incrementAndGet();
            }
            client.shutdownNow();
        } catch (IOException _) {
            failed.incrementAndGet();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close() was called
            return;
        }
        latencies.add(Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
