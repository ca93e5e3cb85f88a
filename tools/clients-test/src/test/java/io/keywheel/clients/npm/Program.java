package io.keywheel.clients.npm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

record Program(String name, Path path) {

    /// Exit status and output.
    record Ended(int status, String out, String err) {}

    /// Empty if no directory of PATH has the program.
    static Optional<Program> find(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(path -> new Program(name, path));
    }

    /// Runs the program and waits for its end.
    ///
    /// @throws AssertionError if it takes longer than `limit`
    Ended run(Path directory, Map<String, String> environment, Duration limit, List<String> words)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(path.toString()));
        command.addAll(words);
        var out = Files.createTempFile(name, ".out");
        var err = Files.createTempFile(name, ".err");
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " took longer than " + limit + ": " + Files.readString(err, UTF_8));
            }
            return new Ended(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}
