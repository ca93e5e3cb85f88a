package io.keywheel.clients.npm;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;

/// Runs the console tests of `tools/clients-test/npm/console` in headless Chromium.
@Execution(CONCURRENT)
final class ConsoleTest {

    private static final String WHAT = "the console was";

    @TestFactory
    List<DynamicTest> console_tests() throws IOException, InterruptedException {
        var project = NpmProject.find();
        if (project.isEmpty()) {
            return List.of(NpmProject.skipped("node or npm", WHAT));
        }
        var chromium = Stream.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Program.find(name).stream())
                .findFirst();
        if (chromium.isEmpty()) {
            return List.of(NpmProject.skipped("chromium-headless-shell or chromium", WHAT));
        }
        project.get().install();
        try (var worlds = new Worlds()) {
            var environment = Map.of(
                    "KEYWHEEL_WORLDS", worlds.address(),
                    "KEYWHEEL_CHROMIUM", chromium.get().path().toString());
            return project.get().test("console.test.mjs", environment).stream()
                    .map(NpmProject.Reported::asTest)
                    .toList();
        }
    }
}
