package io.keywheel.soak;

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

final class HostileClients implements AutoCloseable {

    /// The prefix of model names that hostile clients request and no provider has.
    static final String GUESSED_MODEL = "no-such-model-";

    private record Count(AtomicInteger actions, AtomicInteger cutOff) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<HostileAction, Count> counts = new EnumMap<>(HostileAction.class);

    /// @param share the number of each kind, relative to the usual number; at least one of each runs
    HostileClients(Endpoint gateway, double share) {
        for (HostileAction action : HostileAction.values()) {
            var count = new Count(new AtomicInteger(), new AtomicInteger());
            counts.put(action, count);
            long clients = Math.max(1, Math.round(action.clients * share));
            for (int i = 0; i < clients; i++) {
                // Starts are staggered.
                Duration delay = Duration.ofMillis(2L * i);
                threads.execute(() -> repeat(action, count, gateway, delay));
            }
        }
    }

    private void repeat(HostileAction action, Count count, Endpoint gateway, Duration delay) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            while (!threads.isShutdown()) {
                try (var connection = HostileConnection.open(gateway, action)) {
                    action.act(connection, gateway, count.actions.getAndIncrement());
                } catch (IOException _) {
                    count.cutOff.incrementAndGet();
                }
                TimeUnit.NANOSECONDS.sleep(action.pause.toNanos());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    void print(PrintStream out) {
        counts.forEach((action, count) -> out.printf(
                "%-40s %9d, of which the gateway cut off or refused %d%n",
                "hostile: " + action.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                count.actions.get(),
                count.cutOff.get()));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
