package io.keywheel.bootstrap.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What this process holds for clients: the gateway, the simulator and the clients of a test run in it together.
///
/// @param virtualThreads but for the simulator's
/// @param sockets 0 where the system does not tell
/// @param upstream connections that the simulator sees
record Held(List<String> virtualThreads, long sockets, int upstream) {

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ \"(?!simulator-).* virtual\\b(?s:.*?)^$");
    private static final Path OPEN = Path.of("/proc/self/fd");

    static Held now(World world) {
        return new Held(virtualThreadsNow(), socketsNow(), world.simulator.connections());
    }

    @Override
    public String toString() {
        return virtualThreads.size() + " virtual threads, " + sockets + " sockets, " + upstream
                + " connections upstream";
    }

    /// Whether this is no more than `other`.
    boolean isWithin(Held other) {
        return virtualThreads.size() <= other.virtualThreads.size()
                && sockets <= other.sockets
                && upstream <= other.upstream;
    }

    /// The name and the stack of each.
    static List<String> virtualThreadsNow() {
        try {
            Path directory = Files.createTempDirectory("held");
            Path dump = directory.resolve("threads");
            try {
                Process jcmd = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                        .toString(),
                                Long.toString(ProcessHandle.current().pid()),
                                "Thread.dump_to_file",
                                dump.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (!jcmd.waitFor(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("jcmd does not end");
                }
                return VIRTUAL.matcher(Files.readString(dump))
                        .results()
                        .map(found -> found.group())
                        .toList();
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(directory);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long socketsNow() {
        if (!Files.isDirectory(OPEN)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(OPEN)) {
            return files.filter(Held::isSocket).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException _) {
            return false; // closed since it was listed
        }
    }
}
