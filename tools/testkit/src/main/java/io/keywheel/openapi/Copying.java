package io.keywheel.openapi;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/// Passes a body on, and reports it at its end, before its reader sees that end.
final class Copying<T> implements BodySubscriber<T> {

    /// Hears of a body.
    @FunctionalInterface
    interface Listener {

        /// @param whole whether it came to its end
        void ended(String body, boolean whole);
    }

    private final BodySubscriber<T> reader;
    private final Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final AtomicBoolean ended = new AtomicBoolean();

    Copying(BodySubscriber<T> reader, Listener listener) {
        this.reader = reader;
        this.listener = listener;
    }

    @Override
    public CompletionStage<T> getBody() {
        return reader.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        reader.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                subscription.request(n);
            }

            @Override
            public void cancel() {
                subscription.cancel();
                end(false);
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            byte[] bytes = new byte[part.remaining()];
            part.duplicate().get(bytes);
            body.writeBytes(bytes);
        }
        reader.onNext(parts);
    }

    @Override
    public void onError(Throwable throwable) {
        end(false);
        reader.onError(throwable);
    }

    @Override
    public void onComplete() {
        end(true);
        reader.onComplete();
    }

    private void end(boolean whole) {
        if (ended.compareAndSet(false, true)) {
            listener.ended(body.toString(StandardCharsets.UTF_8), whole);
        }
    }
}
