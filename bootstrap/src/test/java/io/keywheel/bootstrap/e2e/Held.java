package io.keywheel.bootstrap.e2e;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.keywheel.process.ProcessInspector;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The resources that this process holds for clients. Gateway, simulator and test clients share the process.
///
/// @param virtualThreads but for the simulator's, each with its name and stack
/// @param sockets 0 if the system does not report them
/// @param upstream connections that the simulator sees
record Held(List<String> virtualThreads, long sockets, int upstream) {

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ \"(?!simulator-).* virtual\\b(?s:.*?)^$");

    /// HotSpot 25.0.3 once crashed while it dumped threads every few milliseconds (`scope must be present`).
    private static final Duration BETWEEN_DUMPS = Duration.ofMillis(200);

    static Held now(World world) {
        var threads = VIRTUAL.matcher(threadDump()).results().map(MatchResult::group);
        return new Held(threads.toList(), openSockets(), world.simulator.connections());
    }

    private static long openSockets() {
        try {
            return ProcessInspector.sockets(ProcessHandle.current().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until `condition` holds, with a pause before each dump.
    static Held when(World world, Predicate<Held> condition) {
        var held = new AtomicReference<Held>();
        Waiting.until(() -> {
            LockSupport.parkNanos(BETWEEN_DUMPS.toNanos());
            held.set(now(world));
            return condition.test(held.get());
        });
        return held.get();
    }

    /// Waits until no figure exceeds that of `this`. Connections are counted first, which needs no dump.
    void awaitReturn(World world) {
        Waiting.until(() -> openSockets() <= sockets && world.simulator.connections() <= upstream);
        when(world, held -> held.isWithin(this));
    }

    /// The stacks of all threads, including virtual ones.
    static String threadDump() {
        try {
            Path directory = Files.createTempDirectory("held");
            Path dump = directory.resolve("threads");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(dump);
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return virtualThreads.size() + " virtual threads, " + sockets + " sockets, " + upstream
                + " connections upstream";
    }

    private boolean isWithin(Held other) {
        return virtualThreads.size() <= other.virtualThreads.size()
                && sockets <= other.sockets
                && upstream <= other.upstream;
    }
}
