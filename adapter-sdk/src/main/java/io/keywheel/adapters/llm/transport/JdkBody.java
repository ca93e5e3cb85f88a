package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.transport.ResponseQueue.Arrival;
import io.keywheel.adapters.llm.transport.Transport.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A body from the JDK's client, requested piece by piece. So a slow reader exerts backpressure on the provider,
/// and a waiting reader can stop waiting.
final class JdkBody implements BodyHandler<JdkBody>, BodySubscriber<JdkBody>, Transport.Body {

    private final WaitWatch watch;
    private final ResponseQueue responseQueue;
    private final Consumer<ResponseInfo> atEnd;

    /// Null once the exchange has ended: the JDK's client may hold this body longer than its transport.
    private @Nullable Consumer<Throwable> atFailure;

    private @Nullable ResponseInfo head;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    /// @param atEnd called when the whole body has arrived and its connection can be reused
    /// @param atFailure called with the cause when the client reports none or an invalid answer
    JdkBody(WaitWatch watch, Consumer<ResponseInfo> atEnd, Consumer<Throwable> atFailure) {
        this.watch = watch;
        this.responseQueue = new ResponseQueue(watch);
        this.atEnd = atEnd;
        this.atFailure = atFailure;
    }

    /// Sends a request and waits for the head. Ends the exchange if none arrives.
    ///
    /// @param request if it has a timeout, the client itself waits
    Response start(HttpClient client, HttpRequest request, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        CompletableFuture<HttpResponse<JdkBody>> exchange = new CompletableFuture<>();
        Arrival.Head first = null;
        try {
            exchange = request.timeout().isPresent()
                    ? send(client, request, attemptDeadline)
                    : client.sendAsync(request, this);
            var _ = exchange.whenComplete(this::end);
            first = responseQueue.head(attemptDeadline);
            return new Response(first.status(), first.headers(), this);
        } finally {
            if (first == null) {
                exchange.cancel(true);
                close();
            }
        }
    }

    private CompletableFuture<HttpResponse<JdkBody>> send(
            HttpClient client, HttpRequest request, AttemptDeadline attemptDeadline) throws InterruptedException {
        var overdue = new OverdueSend(attemptDeadline);
        watch.begin(overdue);
        try {
            return CompletableFuture.completedFuture(client.send(request, this));
        } catch (InterruptedException e) {
            if (overdue.end()) {
                return CompletableFuture.failedFuture(new InterruptedIOException("the client hangs"));
            }
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            // The client wraps the exception that `sendAsync` reports. The second kind: an invalid `Content-Length`.
            return CompletableFuture.failedFuture(e.getCause() == null ? e : e.getCause());
        } finally {
            watch.end(overdue);
            overdue.end();
        }
    }

    private void end(@Nullable HttpResponse<JdkBody> response, @Nullable Throwable failure) {
        Consumer<Throwable> report = Objects.requireNonNull(atFailure);
        atFailure = null;
        if (failure != null) {
            Throwable wrapped = failure.getCause();
            Throwable cause = failure instanceof CompletionException && wrapped != null ? wrapped : failure;
            try {
                report.accept(cause);
            } finally {
                onError(cause);
            }
        } else if (response != null && response.body() == null) {
            // The proxy answered, and not the provider: it requires another password.
            onError(TransportException.proxyRefused(String.valueOf(response.statusCode()), null));
        }
    }

    @Override
    public JdkBody apply(ResponseInfo info) {
        head = info;
        responseQueue.put(
                new Arrival.Head(info.statusCode(), Headers.of(info.headers().map())));
        return this;
    }

    @Override
    public byte @Nullable [] next(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        Flow.Subscription given = subscription;
        if (given != null) {
            // Requests one piece ahead, because stopping to read from the connection and starting again costs more.
            // Not together with the head: if the body broke off, the head would be lost, too.
            given.request(1);
        }
        return responseQueue.bytes(attemptDeadline);
    }

    @Override
    public boolean hasEnded() {
        return responseQueue.hasEnded();
    }

    @Override
    public void close() {
        closed = true;
        Flow.Subscription given = subscription;
        if (given != null && !responseQueue.hasEnded()) {
            given.cancel();
        }
    }

    @Override
    public CompletionStage<JdkBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        // Its attempt may have ended before. The body would then keep its connection open.
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        int length = 0;
        for (ByteBuffer buffer : buffers) {
            length += buffer.remaining();
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        buffers.forEach(bytes::put);
        responseQueue.put(new Arrival.Bytes(bytes.array()));
    }

    @Override
    public void onError(Throwable cause) {
        responseQueue.put(new Arrival.Broken(cause));
    }

    @Override
    public void onComplete() {
        atEnd.accept(Objects.requireNonNull(head));
        responseQueue.put(new Arrival.End());
    }
}
