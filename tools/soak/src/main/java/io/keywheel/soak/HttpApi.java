package io.keywheel.soak;

import io.keywheel.soak.gateway.Endpoint;
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
import org.jspecify.annotations.Nullable;

/// Asks over HTTP. Safe for use by several threads.
final class HttpApi implements AutoCloseable {

    private final HttpClient client;
    private final Endpoint gateway;

    HttpApi(Endpoint gateway) {
        this.gateway = gateway;
        var builder = HttpClient.newBuilder().version(Version.HTTP_1_1);
        if (gateway.trusting() != null) {
            builder.sslContext(gateway.trusting());
        }
        client = builder.build();
    }

    /// Waits for the end of the answer, and leaves when that does not come in time.
    Received ask(String path, String body, Duration patience) throws InterruptedException {
        var request = request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        return receive(request.build(), patience);
    }

    /// Reads a page.
    Received get(String path, Duration patience) throws InterruptedException {
        return receive(request(path).build(), patience);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.address().resolve(path)).header("Authorization", gateway.authorization());
    }

    private Received receive(HttpRequest request, Duration patience) throws InterruptedException {
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

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// Keeps what came of an answer that may never end.
    private static final class Lines implements Flow.Subscriber<String> {

        private final List<String> lines = new ArrayList<>();
        private int status;
        private @Nullable HttpHeaders headers;

        HttpResponse.BodySubscriber<Void> begin(HttpResponse.ResponseInfo head) {
            synchronized (this) {
                status = head.statusCode();
                headers = head.headers();
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
