package io.keywheel.soak;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Asks over HTTP. Safe for use by several threads.
final class HttpDoor implements AutoCloseable {

    /// All requests of an HTTP/2 client go over one connection, and one connection may not
    /// have all the streams.
    private static final int HTTP2_CLIENTS = 4;

    private final List<HttpClient> clients = new ArrayList<>();
    private final AtomicLong overHttp2 = new AtomicLong();
    private final URI gateway;

    /// @param trusting for TLS, with HTTP/2 for every other request; null for HTTP/1.1 in the clear
    HttpDoor(URI gateway, @Nullable SSLContext trusting) {
        this.gateway = gateway;
        if (trusting == null) {
            clients.add(HttpClient.newBuilder().version(Version.HTTP_1_1).build());
            return;
        }
        HttpClient http1 = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .sslContext(trusting)
                .build();
        for (int i = 0; i < HTTP2_CLIENTS; i++) {
            clients.add(http1);
            clients.add(HttpClient.newBuilder()
                    .version(Version.HTTP_2)
                    .sslContext(trusting)
                    .build());
        }
    }

    /// Waits for the end of the answer, and leaves when that does not come in time.
    ///
    /// @param number of the request
    Received ask(long number, String path, String body, Duration patience) throws InterruptedException {
        var request = HttpRequest.newBuilder(gateway.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpClient client = clients.get((int) (number % clients.size()));
        var lines = new Lines();
        CompletableFuture<HttpResponse<Void>> exchange = client.sendAsync(request, lines::begin);
        try {
            exchange.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return lines.received(null);
        } catch (TimeoutException _) {
            exchange.cancel(true);
            return lines.received(Received.TIMEOUT);
        } catch (ExecutionException e) {
            return lines.received(String.valueOf(e.getCause()));
        }
    }

    /// How many answers have begun over HTTP/2.
    long overHttp2() {
        return overHttp2.get();
    }

    @Override
    public void close() {
        clients.forEach(HttpClient::shutdownNow);
    }

    /// Keeps what came of an answer that may never end.
    private final class Lines implements Flow.Subscriber<String> {

        private final List<String> lines = new ArrayList<>();
        private int status;
        private @Nullable HttpHeaders headers;

        HttpResponse.BodySubscriber<Void> begin(HttpResponse.ResponseInfo head) {
            synchronized (this) {
                status = head.statusCode();
                headers = head.headers();
            }
            if (head.version() == Version.HTTP_2) {
                overHttp2.incrementAndGet();
            }
            return BodyHandlers.fromLineSubscriber(this).apply(head);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public synchronized void onNext(String line) {
            lines.add(line);
        }

        @Override
        public void onError(Throwable failure) {
            // The exchange fails likewise, and says so.
        }

        @Override
        public void onComplete() {}

        synchronized Received received(@Nullable String failure) {
            return new Received(
                    status,
                    header("X-Keywheel-Provider"),
                    header("X-Keywheel-Model"),
                    header("X-Keywheel-Attempts") != null,
                    lines,
                    failure);
        }

        private @Nullable String header(String name) {
            return headers == null ? null : headers.firstValue(name).orElse(null);
        }
    }
}
