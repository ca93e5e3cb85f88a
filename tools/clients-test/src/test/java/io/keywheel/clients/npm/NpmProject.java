package io.keywheel.clients.npm;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The JavaScript tests in `tools/clients-test/npm`, and the packages that they need.
record NpmProject(Path directory, Program node, Program npm) {

    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration TEST_TIMEOUT = Duration.ofMinutes(15);

    /// Surefire runs a module's tests in its directory.
    private static final Path DIRECTORY = Path.of("npm");

    /// `$XDG_CACHE_HOME/keywheel/npm`, or below `~/.cache`; without such a directory, in this module's `target`.
    private static final Path CACHE = Stream.of(writable("XDG_CACHE_HOME", ""), writable("HOME", ".cache"))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(Path.of("target").toAbsolutePath())
            .resolve(Path.of("keywheel", "npm"));

    /// The directory below that of a variable, unless the variable is unset, empty or relative, or names nothing that
    /// can be written.
    private static Optional<Path> writable(String variable, String below) {
        return Optional.ofNullable(System.getenv(variable))
                .map(Path::of)
                .filter(path -> path.isAbsolute() && Files.isWritable(path))
                .map(path -> path.resolve(below));
    }

    /// Empty where node or npm is not on PATH.
    static Optional<NpmProject> find() {
        return Program.find("node")
                .flatMap(node -> Program.find("npm").map(npm -> new NpmProject(DIRECTORY, node, npm)));
    }

    /// A skipped test that names the missing program, which neither Java nor Maven installs.
    static DynamicTest skipped(String missing, String what) {
        var why = missing + " is not on PATH: " + what + " not tested";
        System.out.println(why);
        return DynamicTest.dynamicTest(missing + " is on PATH", () -> abort(why));
    }

    /// Installs the packages of the lock file, and links them. Concurrent tests and other checkouts wait for each
    /// other.
    void install() throws IOException, InterruptedException {
        synchronized (NpmProject.class) {
            Files.createDirectories(CACHE);
            try (var channel = FileChannel.open(CACHE.resolve("lock"), CREATE, WRITE);
                    var _ = channel.lock()) {
                link(installed());
            }
        }
    }

    /// The packages in the cache: one installation takes ten seconds of processor time, and serves all checkouts.
    private Path installed() throws IOException, InterruptedException {
        var lock = Files.readAllBytes(directory.resolve("package-lock.json"));
        var project = CACHE.resolve(UUID.nameUUIDFromBytes(lock).toString());
        var packages = project.resolve("node_modules");
        // npm writes this file last.
        if (!Files.exists(packages.resolve(".package-lock.json"))) {
            Files.createDirectories(project);
            for (var file : List.of("package.json", "package-lock.json", ".npmrc")) {
                Files.copy(directory.resolve(file), project.resolve(file), REPLACE_EXISTING);
            }
            var ended = npm.run(project, Map.of(), INSTALL_TIMEOUT, List.of("ci", "--prefer-offline"));
            if (ended.status() != 0) {
                throw new AssertionError("'npm ci' in " + project + " failed with " + ended.status()
                        + "; it has to reach npm's registry once.\n" + ended.err());
            }
        }
        return packages;
    }

    /// Replaces other packages, also those that an earlier version installed here.
    private void link(Path packages) throws IOException {
        var link = directory.resolve("node_modules");
        if (Files.exists(link) && Files.isSameFile(link, packages)) {
            return;
        }
        if (Files.exists(link, NOFOLLOW_LINKS)) {
            try (var old = Files.walk(link)) {
                for (var file : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createSymbolicLink(link, packages);
    }

    /// Runs the tests of one file.
    ///
    /// @param environment variables beside those of this process
    List<Reported> test(String file, Map<String, String> environment) throws IOException, InterruptedException {
        var ended = node.run(directory, environment, TEST_TIMEOUT, List.of("--test-reporter=./lines.mjs", file));
        var reported = new ArrayList<>(ended.out().lines().map(Reported::of).toList());
        // Without a test, the file cannot be loaded, or none of its tests was chosen.
        boolean hasFailure = reported.stream().anyMatch(test -> !test.passed());
        if (reported.isEmpty() || (ended.status() != 0 && !hasFailure)) {
            reported.add(new Reported(file + " runs a test", false, false, "no test ran; " + ended.err()));
        }
        return reported;
    }

    /// A test that Node ran, as `lines.mjs` reports it.
    ///
    /// @param why the reason of the failure; empty otherwise
    record Reported(String name, boolean passed, boolean skipped, String why) {

        private static final JsonMapper JSON = new JsonMapper();

        static Reported of(String line) {
            try {
                return JSON.readValue(line, Reported.class);
            } catch (JsonProcessingException e) {
                return new Reported("a line that is no report", false, false, line + "\n" + e.getMessage());
            }
        }

        DynamicTest asTest() {
            return DynamicTest.dynamicTest(name, () -> {
                if (skipped) {
                    abort("skipped by Node");
                }
                if (!passed) {
                    fail(name + "\n" + why);
                }
            });
        }
    }
}
