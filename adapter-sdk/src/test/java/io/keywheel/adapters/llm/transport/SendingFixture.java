package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.memory.AnswerMemory;
import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.application.port.out.Timeouts;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends requests through a transport and captures the outcome.
public final class SendingFixture {

    public static final Duration SOON = Duration.ofMillis(300);
    public static final Duration LONG = Duration.ofSeconds(20);

    private SendingFixture() {}

    public static AttemptDeadline patience(Duration duration) {
        return AttemptDeadline.forAnswer(new Timeouts(duration, duration, duration), LONG);
    }

    public static String text(Response response) throws TransportException, InterruptedException {
        return new String(
                BoundedBodies.whole(response.body(), patience(LONG), 1 << 20, new AnswerMemory().share()),
                StandardCharsets.UTF_8);
    }

    public static String text(byte @Nullable [] bytes) {
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }

    public static Request request(URI uri, String body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "Keywheel/0.1.0");
        headers.put("Authorization", "Bearer x");
        return new Request(uri, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /// What `action` throws, on a thread that is interrupted when the latch is down.
    public static CompletableFuture<Throwable> interrupted(CountDownLatch when, Action action) throws Exception {
        var thrown = new CompletableFuture<Throwable>();
        Thread thread = Thread.ofPlatform().start(() -> thrown.complete(catching(action)));
        assertTrue(when.await(30, TimeUnit.SECONDS));
        thread.interrupt();
        return thrown;
    }

    /// What `action` throws, on a thread of its own.
    public static CompletableFuture<Throwable> outcome(Action action) {
        var thrown = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> thrown.complete(catching(action)));
        return thrown;
    }

    private static Throwable catching(Action action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (Throwable thrown) {
            return thrown;
        }
    }
}
