package io.keywheel.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Inspects the resources of a Java process. Unknown values are 0.
public final class ProcessInspector {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /// The serial collector fills dead space with these objects, which are not live.
    private static final Pattern FILLER =
            Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\S*jdk\\.internal\\.vm\\.Filler");

    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ .* virtual\\b(?s:.*?)^$");

    private ProcessInspector() {}

    /// The resources of a process at one time.
    ///
    /// @param liveHeap after a full collection, in kB
    /// @param resident memory in kB
    public record Snapshot(long liveHeap, long resident, long platformThreads, long virtualThreads, long sockets) {}

    /// Asks the process by a single `jcmd`, which is itself a Java process, and collects its garbage.
    public static Snapshot snapshot(long pid) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("keywheel-process");
        Path dump = directory.resolve("threads");
        Path commands = directory.resolve("commands");
        try {
            Files.write(commands, List.of("GC.class_histogram", "Thread.dump_to_file " + dump));
            long live = liveBytes(jcmd(pid, "-f", commands.toString()));
            String threads = Files.exists(dump) ? Files.readString(dump) : "";
            return new Snapshot(
                    live >> 10,
                    status(pid, "VmRSS"),
                    status(pid, "Threads"),
                    VIRTUAL.matcher(threads).results().count(),
                    sockets(pid));
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(commands);
            Files.delete(directory);
        }
    }

    /// @param histogram a class histogram, as `jcmd` prints it
    public static long liveBytes(String histogram) {
        return sum(TOTAL, histogram) - sum(FILLER, histogram);
    }

    private static long sum(Pattern numbers, String text) {
        return numbers.matcher(text)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(JavaProcess.ofJdk("jcmd"), Long.toString(pid));
        builder.command().addAll(List.of(command));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    public static long sockets(long pid) throws IOException {
        Path open = proc(pid, "fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.filter(ProcessInspector::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException _) {
            return false; // closed since it was listed
        }
    }

    /// A number in `/proc/PID/status`.
    ///
    /// @param field such as `VmRSS`, in kB, or `Threads`
    public static long status(long pid, String field) throws IOException {
        Path status = proc(pid, "status");
        Matcher found = Pattern.compile("(?m)^" + field + ":\\s+(\\d+)")
                .matcher(Files.exists(status) ? Files.readString(status) : "");
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }
}
