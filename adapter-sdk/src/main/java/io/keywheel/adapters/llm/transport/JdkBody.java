package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.transport.ResponseQueue.Arrival;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A body from the JDK's client, requested piece by piece. So a slow reader exerts backpressure on the provider,
/// and a waiting reader can stop waiting.
final class JdkBody implements BodyHandler<JdkBody>, BodySubscriber<JdkBody>, Transport.Body {

    private final ResponseQueue responseQueue;
    private final Consumer<ResponseInfo> atEnd;
    private @Nullable ResponseInfo head;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    /// @param atEnd called when the whole body has arrived and its connection can be reused
    JdkBody(WaitWatch watch, Consumer<ResponseInfo> atEnd) {
        this.responseQueue = new ResponseQueue(watch);
        this.atEnd = atEnd;
    }

    @Override
    public JdkBody apply(ResponseInfo info) {
        head = info;
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
        byte[] bytes = new byte[length];
        length = 0;
        for (ByteBuffer buffer : buffers) {
            int size = buffer.remaining();
            buffer.get(bytes, length, size);
            length += size;
        }
        responseQueue.put(new Arrival.Bytes(bytes));
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
