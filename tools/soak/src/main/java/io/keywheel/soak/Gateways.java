package io.keywheel.soak;

import io.keywheel.process.JavaProcess;
import io.keywheel.process.ProcessInspector;
import io.keywheel.store.StoreServer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The gateways of a run: a single one, or several with shared state.
final class Gateways implements AutoCloseable {

    private final List<JavaProcess> all = new ArrayList<>();
    private final AtomicLong errors = new AtomicLong();
    private final @Nullable StoreServer store;
    private @Nullable StoreFaults faults;

    /// Returns when all gateways listen.
    ///
    /// @param heap the value of `-Xmx`
    Gateways(int count, Map<String, String> settings, String heap, PrintStream log) throws IOException {
        store = count == 1 ? null : StoreServer.start(StoreServer.programs().getFirst());
        var shared = new HashMap<>(settings);
        if (store != null) {
            shared.put("KEYWHEEL_SHARED_STATE", store.url());
        }
        try {
            for (int i = 0; i < count; i++) {
                all.add(started(shared, heap, log));
                all.getLast().address();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private JavaProcess started(Map<String, String> settings, String heap, PrintStream log) throws IOException {
        var line = new ArrayList<>(compilers());
        Collections.addAll(
                line,
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                "io.keywheel.bootstrap.Main",
                "serve");
        return JavaProcess.start(JavaProcess.java(settings, line).redirectErrorStream(true), said -> {
            log.println(said);
            if (said.matches("\\S+ ERROR .*")) {
                errors.incrementAndGet();
            }
        });
    }

    /// Those of this JVM: the suite allows only the C1 compiler.
    private static List<String> compilers() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:TieredStopAtLevel="))
                .toList();
    }

    List<URI> addresses() throws IOException {
        var addresses = new ArrayList<URI>();
        for (JavaProcess gateway : all) {
            addresses.add(gateway.address());
        }
        return addresses;
    }

    /// The resources of the first gateway, which the health probe and the hostile clients use.
    ProcessInspector.Snapshot resources() throws IOException, InterruptedException {
        return ProcessInspector.snapshot(all.getFirst().process().pid());
    }

    /// Disturbs the store until the result is closed; null without a store.
    @Nullable
    StoreFaults disturb() {
        faults = store == null ? null : new StoreFaults(store);
        return faults;
    }

    boolean areAlive() {
        return all.stream().allMatch(gateway -> gateway.process().isAlive());
    }

    long errors() {
        return errors.get();
    }

    Duration processorTime() {
        return all.stream().map(JavaProcess::processorTime).reduce(Duration.ZERO, Duration::plus);
    }

    /// A summary of the store's disturbances; empty without a store.
    String store() {
        StoreFaults went = faults;
        return went == null
                ? ""
                : "%d gateways; their store was paused %d times, and stopped and restarted %d times%n"
                        .formatted(all.size(), went.pauses.get(), went.ends.get());
    }

    @Override
    public void close() {
        all.forEach(JavaProcess::close);
        if (store != null) {
            store.close();
        }
    }
}
