package io.keywheel.openapi;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// A client whose every answer is held against a description.
///
/// An answer that is not as described fails the call that brings it; one whose body comes later fails the next
/// call, or the end of the client.
public final class WatchedClient extends HttpClient {

    private final HttpClient client;
    private final Description description;
    private final Predicate<HttpRequest> concerned;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /// @param client does the work
    /// @param concerned which requests go to what is described
    public WatchedClient(HttpClient client, Description description, Predicate<HttpRequest> concerned) {
        this.client = client;
        this.description = description;
        this.concerned = concerned;
    }

    private <T> BodyHandler<T> listening(HttpRequest request, BodyHandler<T> handler) {
        return concerned.test(request)
                ? info -> new Copying<>(
                        handler.apply(info),
                        (body, whole) -> faults.addAll(description.faults(Heard.by(request, info, body, whole))))
                : handler;
    }

    private <T> T checked(T answer) {
        complain();
        return answer;
    }

    private void complain() {
        var told = new ArrayList<String>();
        for (String fault = faults.poll(); fault != null; fault = faults.poll()) {
            told.add(fault);
        }
        if (!told.isEmpty()) {
            throw new AssertionError("not as described: " + String.join("\n", told));
        }
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return checked(client.send(request, listening(request, handler)));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        // Cancelled, it is to be the request that ends.
        return client.sendAsync(request, listening(request, handler));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> promises) {
        return client.sendAsync(request, listening(request, handler), promises);
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    @Override
    public void shutdown() {
        client.shutdown();
    }

    @Override
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return client.awaitTermination(duration);
    }

    @Override
    public boolean isTerminated() {
        return client.isTerminated();
    }

    @Override
    public void shutdownNow() {
        client.shutdownNow();
        complain();
    }

    @Override
    public void close() {
        client.close();
        complain();
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }
}
