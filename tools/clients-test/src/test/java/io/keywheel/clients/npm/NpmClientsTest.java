package io.keywheel.clients.npm;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;

/// Runs the JavaScript SDKs and an OpenAPI linter. Their tests are the `*.test.mjs` in `tools/clients-test/npm`.
@Execution(CONCURRENT)
final class NpmClientsTest {

    @TestFactory
    List<DynamicTest> npm_client_tests() throws IOException, InterruptedException {
        var project = NpmProject.find();
        if (project.isEmpty()) {
            return List.of(NpmProject.skipped("node or npm", "the npm clients were"));
        }
        project.get().install();
        try (var worlds = new Worlds()) {
            return project.get().test("clients.test.mjs", Map.of("KEYWHEEL_WORLDS", worlds.address())).stream()
                    .map(NpmProject.Reported::asTest)
                    .toList();
        }
    }
}
