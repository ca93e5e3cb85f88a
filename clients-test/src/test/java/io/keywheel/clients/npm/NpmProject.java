package io.keywheel.clients.npm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The tests that are not Java, in `clients-test/npm`, and what they need from npm.
record NpmProject(Path directory, Program node, Program npm) {

    private static final Duration TO_INSTALL = Duration.ofMinutes(3);
    private static final Duration TO_TEST = Duration.ofMinutes(2);

    /// Installs what the lock file says, unless that is done.
    void install() throws IOException, InterruptedException {
        var lock = directory.resolve("package-lock.json");
        var installed = directory.resolve("node_modules/.package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        var ended = npm.run(directory, Map.of(), TO_INSTALL, List.of("ci", "--prefer-offline"));
        if (ended.status() != 0) {
            throw new AssertionError("'npm ci' in clients-test/npm failed with " + ended.status()
                    + "; it has to reach npm's registry once.\n" + ended.err());
        }
    }

    /// What became of the tests of one file.
    List<Reported> test(String file, Worlds worlds) throws IOException, InterruptedException {
        var ended = node.run(
                directory,
                Map.of("KEYWHEEL_WORLDS", worlds.address()),
                TO_TEST,
                List.of("--test", "--test-reporter=./lines.mjs", file));
        var reported = new ArrayList<>(ended.out().lines().map(Reported::of).toList());
        // A file that cannot even be read fails without a test of its own.
        boolean saysWhy = reported.stream().anyMatch(test -> !test.passed());
        if (reported.isEmpty() || (ended.status() != 0 && !saysWhy)) {
            reported.add(new Reported(file + " can be run", false, false, ended.err()));
        }
        return reported;
    }
}
