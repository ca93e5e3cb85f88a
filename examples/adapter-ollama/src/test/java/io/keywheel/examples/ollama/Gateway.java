package io.keywheel.examples.ollama;

import io.keywheel.process.JavaProcess;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs the real gateway in a separate process that knows only the folder of the adapter's jar.
final class Gateway implements AutoCloseable {

    private final JavaProcess process;
    private final URI address;

    private Gateway(JavaProcess process) throws IOException {
        this.process = process;
        this.address = process.address();
    }

    static Gateway serve(Map<String, String> environment) throws IOException {
        return new Gateway(JavaProcess.start(builder("serve", environment), System.out::println));
    }

    /// Returns the output of `check`.
    static String check(Map<String, String> environment) throws IOException {
        try (BufferedReader lines = builder("check", environment).start().inputReader()) {
            return lines.lines().collect(Collectors.joining("\n"));
        }
    }

    private static ProcessBuilder builder(String command, Map<String, String> environment) {
        var line = List.of(
                "-XX:TieredStopAtLevel=1",
                "-p",
                withoutThisModule(),
                "-m",
                "io.keywheel.bootstrap/io.keywheel.bootstrap.Main",
                command);
        return JavaProcess.java(environment, line).redirectErrorStream(true);
    }

    private static String withoutThisModule() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("adapter-ollama"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// Builds the jar from compiled classes, as `mvn package` does.
    static void jar(Path jar) throws IOException {
        Path classes = Path.of("target", "classes");
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
    }

    record Answer(String body, String provider) {}

    Answer post(String path, String body) throws IOException {
        var connection = (HttpURLConnection) address.resolve(path).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        try (var in = connection.getInputStream()) {
            return new Answer(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    connection.getHeaderField("X-Keywheel-Provider"));
        }
    }

    @Override
    public void close() {
        process.process().destroyForcibly();
    }
}
