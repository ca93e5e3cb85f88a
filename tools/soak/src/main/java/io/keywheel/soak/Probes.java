package io.keywheel.soak;

import io.keywheel.soak.gateway.Endpoint;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks `/health/live` as a supervisor does: on a new connection each time, and not for long.
final class Probes implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Endpoint gateway;
    private final Duration patience;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Latencies latencies = new Latencies();
    private final Thread thread;

    /// @param patience with each
    Probes(Endpoint gateway, Duration patience) {
        this.gateway = gateway;
        this.patience = patience;
        this.thread = Thread.ofPlatform().daemon().name("probes").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                probe();
                TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
            }
        } catch (InterruptedException _) {
            // It is over.
        }
    }

    private void probe() throws InterruptedException {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(patience);
        if (gateway.trusting() != null) {
            builder.sslContext(gateway.trusting());
        }
        var request = HttpRequest.newBuilder(gateway.address().resolve("/health/live"))
                .timeout(patience)
                .build();
        long start = System.nanoTime();
        sent.incrementAndGet();
        try (HttpClient client = builder.build()) {
            if (client.send(request, BodyHandlers.discarding()).statusCode() != 200) {
                failed.incrementAndGet();
            }
            client.shutdownNow();
        } catch (IOException _) {
            failed.incrementAndGet();
        }
        latencies.add(Duration.ofNanos(System.nanoTime() - start));
    }

    Result result() {
        return new Result(sent.get(), failed.get(), latencies.percentile(100));
    }

    /// How they went.
    ///
    /// @param mostMillis that one took
    record Result(int sent, int failed, long mostMillis) {}

    @Override
    public void close() {
        thread.interrupt();
    }
}
