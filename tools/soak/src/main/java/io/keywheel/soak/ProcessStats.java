package io.keywheel.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the gateway's process holds at a moment; -1 where the system does not say.
///
/// @param heap in kB, live after a full collection
/// @param resident memory in kB
/// @param upstream connections to the providers
record ProcessStats(
        String moment,
        long heap,
        long resident,
        long platformThreads,
        long virtualThreads,
        long sockets,
        int upstream) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    /// The serial collector fills dead space with these: they are not live.
    private static final Pattern FILLER =
            Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\S*jdk\\.internal\\.vm\\.Filler");

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ .* virtual");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

    static ProcessStats of(String moment, long pid, int upstream) throws IOException, InterruptedException {
        Path proc = Path.of("/proc", Long.toString(pid));
        long heap = live(jcmd(pid, "GC.class_histogram"));
        String status = Files.exists(proc) ? Files.readString(proc.resolve("status")) : "";
        return new ProcessStats(
                moment,
                heap < 0 ? heap : heap >> 10,
                number(RESIDENT, status),
                number(THREADS, status),
                virtualThreads(pid),
                sockets(proc.resolve("fd")),
                upstream);
    }

    /// In bytes.
    static long live(String histogram) {
        long total = number(TOTAL, histogram);
        long filler = FILLER.matcher(histogram)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
        return total - filler;
    }

    private static long virtualThreads(long pid) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("keywheel-soak");
        Path dump = directory.resolve("threads");
        try {
            jcmd(pid, "Thread.dump_to_file", dump.toString());
            return Files.exists(dump)
                    ? VIRTUAL.matcher(Files.readString(dump)).results().count()
                    : -1;
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }

    private static long sockets(Path open) throws IOException {
        if (!Files.isDirectory(open)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith("socket:");
                        } catch (IOException _) {
                            // Closed since it was listed.
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    private static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(Stream.concat(Stream.of(program, Long.toString(pid)), Stream.of(command))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
