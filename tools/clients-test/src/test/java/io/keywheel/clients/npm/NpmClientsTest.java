package io.keywheel.clients.npm;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;

/// Runs the JavaScript SDKs and an OpenAPI linter. Their tests are the `*.test.mjs` in `tools/clients-test/npm`.
@Execution(CONCURRENT)
final class NpmClientsTest {

    private static final List<String> FILES =
            List.of("openai", "groq", "cerebras", "anthropic", "responses", "aisdk", "recorded", "openapi");

    @TestFactory
    List<DynamicNode> npm_client_tests() throws Exception {
        var project = NpmProject.find();
        if (project.isEmpty()) {
            return List.of(NpmProject.skipped("node or npm", "the npm clients were"));
        }
        project.get().install();
        try (var worlds = new Worlds();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var environment = Map.of("KEYWHEEL_WORLDS", worlds.address());
            var running = new LinkedHashMap<String, Future<List<NpmProject.Reported>>>();
            for (var file : FILES) {
                running.put(file, threads.submit(() -> project.get().test(file + ".test.mjs", environment)));
            }
            var containers = new ArrayList<DynamicNode>();
            for (var file : FILES) {
                var reported = requireNonNull(running.get(file)).get();
                containers.add(DynamicContainer.dynamicContainer(
                        file, reported.stream().map(NpmProject.Reported::asTest)));
            }
            return containers;
        }
    }
}
