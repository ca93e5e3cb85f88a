package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.transport.ResponseQueue.Arrival;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A body from the JDK's client, requested piece by piece. So a slow reader exerts backpressure on the provider,
/// and a waiting reader can stop waiting.
final class JdkBody implements BodySubscriber<JdkBody>, Transport.Body {

    private final ResponseQueue responseQueue;
    private final Runnable atEnd;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    /// @param atEnd called when the whole body has arrived and its connection can be reused
    JdkBody(WaitWatch watch, Runnable atEnd) {
        this.responseQueue = new ResponseQueue(watch);
        this.atEnd = atEnd;
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
        // The head is passed on first, and its reader may have closed the body.
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
        atEnd.run();
        responseQueue.put(new Arrival.End());
    }
}
