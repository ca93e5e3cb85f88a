package io.keywheel.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a process holds at a moment. Each is empty where this system does not tell.
///
/// @param heap in bytes, after a full collection
/// @param resident memory, in bytes
record Vitals(
        OptionalLong heap,
        OptionalLong resident,
        OptionalLong platformThreads,
        OptionalLong virtualThreads,
        OptionalLong sockets) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    /// With what the serial collector fills dead space that it does not close this time: up to a twentieth of
    /// the old generation, in three full collections of four.
    private static final Pattern FILLER =
            Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\S*jdk\\.internal\\.vm\\.Filler");

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ .* virtual");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

    /// Halts the process for as long as a full collection takes.
    static Vitals of(long pid) throws IOException, InterruptedException {
        OptionalLong heap = live(jcmd(pid, "GC.class_histogram"));
        String status = read(proc(pid).resolve("status"));
        OptionalLong kilobytes = number(RESIDENT, status);
        return new Vitals(
                heap,
                kilobytes.isPresent() ? OptionalLong.of(kilobytes.getAsLong() << 10) : kilobytes,
                number(THREADS, status),
                virtualThreads(pid),
                sockets(pid));
    }

    /// @param histogram of all classes, as `jcmd` prints it
    static OptionalLong live(String histogram) {
        OptionalLong total = number(TOTAL, histogram);
        long filler = FILLER.matcher(histogram)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
        return total.isPresent() ? OptionalLong.of(total.getAsLong() - filler) : total;
    }

    private static OptionalLong virtualThreads(long pid) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("keywheel-soak");
        Path dump = directory.resolve("threads");
        try {
            jcmd(pid, "Thread.dump_to_file", dump.toString());
            return Files.exists(dump)
                    ? OptionalLong.of(VIRTUAL.matcher(read(dump)).results().count())
                    : OptionalLong.empty();
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }

    private static OptionalLong sockets(long pid) throws IOException {
        Path open = proc(pid).resolve("fd");
        if (!Files.isDirectory(open)) {
            return OptionalLong.empty();
        }
        try (Stream<Path> files = Files.list(open)) {
            return OptionalLong.of(files.filter(Vitals::isSocket).count());
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException _) {
            // Closed since it was listed.
            return false;
        }
    }

    private static Path proc(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static OptionalLong number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }

    private static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var line = Stream.concat(Stream.of(program, Long.toString(pid)), Stream.of(command))
                .toList();
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
