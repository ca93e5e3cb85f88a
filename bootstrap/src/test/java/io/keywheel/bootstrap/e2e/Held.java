package io.keywheel.bootstrap.e2e;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.keywheel.process.ProcessInspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The resources that this process holds for clients. Gateway, simulator and test clients share the process.
///
/// @param virtualThreads but for the simulator's, each with its name and stack
/// @param sockets 0 where the system does not tell
/// @param upstream connections that the simulator sees
record Held(List<String> virtualThreads, long sockets, int upstream) {

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ \"(?!simulator-).* virtual\\b(?s:.*?)^$");

    static Held now(World world) {
        var threads = VIRTUAL.matcher(threadDump()).results().map(MatchResult::group);
        try {
            long sockets = ProcessInspector.sockets(ProcessHandle.current().pid());
            return new Held(threads.toList(), sockets, world.simulator.connections());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /// Whether no figure exceeds that of `other`.
    boolean isWithin(Held other) {
        return virtualThreads.size() <= other.virtualThreads.size()
                && sockets <= other.sockets
                && upstream <= other.upstream;
    }
}
