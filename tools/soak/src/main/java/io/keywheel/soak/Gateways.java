package io.keywheel.soak;

import io.keywheel.store.StoreServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The gateways of a run: one alone, or several with a store that they share.
final class Gateways implements AutoCloseable {

    private final List<GatewayProcess> all = new ArrayList<>();
    private final @Nullable StoreServer store;
    private @Nullable StoreTrouble trouble;

    /// They listen when it returns.
    Gateways(int count, Map<String, String> settings, String heap, PrintStream log) throws IOException {
        store = count == 1 ? null : StoreServer.start(StoreServer.programs().getFirst());
        var shared = new HashMap<>(settings);
        if (store != null) {
            shared.put("KEYWHEEL_SHARED_STATE", store.url());
        }
        try {
            for (int i = 0; i < count; i++) {
                all.add(new GatewayProcess(shared, heap, log));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Statistics, probes and hostile clients are about this one.
    GatewayProcess first() {
        return all.getFirst();
    }

    List<URI> addresses() {
        return all.stream().map(GatewayProcess::address).toList();
    }

    /// From now on the store fails again and again, if there is one.
    void disturb() {
        trouble = store == null ? null : new StoreTrouble(store);
    }

    /// The store is there from now on.
    void calm() {
        if (trouble != null) {
            trouble.close();
        }
    }

    boolean areAlive() {
        return all.stream().allMatch(GatewayProcess::isAlive);
    }

    /// How many errors they have logged.
    long errors() {
        return all.stream().mapToLong(GatewayProcess::errors).sum();
    }

    Duration processorTime() {
        return all.stream().map(GatewayProcess::processorTime).reduce(Duration.ZERO, Duration::plus);
    }

    /// What the store went through; empty where there is none.
    String store() {
        StoreTrouble went = trouble;
        return went == null
                ? ""
                : "%d gateways; their store was paused %d times, and stopped and restarted %d times%n"
                        .formatted(all.size(), went.pauses.get(), went.ends.get());
    }

    @Override
    public void close() {
        calm();
        all.forEach(GatewayProcess::close);
        if (store != null) {
            store.close();
        }
    }
}
