package io.keywheel.clients.npm;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;

/// The JavaScript tests in `tools/clients-test/npm`, and the packages that they need.
record NpmProject(Path directory, Program node, Program npm) {

    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration TEST_TIMEOUT = Duration.ofMinutes(15);

    /// Surefire runs a module's tests in its directory.
    private static final Path DIRECTORY = Path.of("npm");

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

    /// Installs the packages of the lock file once. Concurrent tests wait for each other.
    void install() throws IOException, InterruptedException {
        synchronized (NpmProject.class) {
            installOnce();
        }
    }

    private void installOnce() throws IOException, InterruptedException {
        var lock = directory.resolve("package-lock.json");
        var installed = directory.resolve("node_modules/.package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        var ended = npm.run(directory, Map.of(), INSTALL_TIMEOUT, List.of("ci", "--prefer-offline"));
        if (ended.status() != 0) {
            throw new AssertionError("'npm ci' in tools/clients-test/npm failed with " + ended.status()
                    + "; it has to reach npm's registry once.\n" + ended.err());
        }
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
