package io.keywheel.soak.hostile;

import io.keywheel.soak.gateway.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Hostile clients of all kinds, from their start until they are closed.
public final class HostileClients implements AutoCloseable {

    /// How the models are called that hostile clients ask for and no provider has.
    public static final String GUESSED_MODEL = "no-such-model-";

    /// Between the first deeds of two clients of a kind, so that not all come in the same moment.
    private static final Duration APART = Duration.ofMillis(2);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

    private HostileClients() {}

    /// @param share how many of each kind, as a share of the usual number; above 0, at least one of each
    public static HostileClients start(Endpoint gateway, double share) {
        var all = new HostileClients();
        for (Kind kind : Kind.values()) {
            var count = new Count(new AtomicInteger(), new AtomicInteger());
            all.counts.put(kind, count);
            long clients = Math.max(1, Math.round(kind.clients * share));
            for (int i = 0; i < clients; i++) {
                Duration delay = APART.multipliedBy(i);
                all.threads.execute(() -> all.goOn(kind, count, gateway, delay));
            }
        }
        return all;
    }

    private void goOn(Kind kind, Count count, Endpoint gateway, Duration delay) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            while (!threads.isShutdown()) {
                try {
                    kind.deed.act(gateway, count.deeds().getAndIncrement());
                } catch (IOException _) {
                    count.cutOff().incrementAndGet();
                }
                TimeUnit.NANOSECONDS.sleep(kind.pause.toNanos());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Prints how often each kind acted.
    public void print(PrintStream out) {
        counts.forEach((kind, count) -> out.printf(
                "%-40s %9d, of which the gateway cut off or refused %d%n",
                "hostile: " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                count.deeds().get(),
                count.cutOff().get()));
    }

    /// Ends all their connections.
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }

    private record Count(AtomicInteger deeds, AtomicInteger cutOff) {}
}
