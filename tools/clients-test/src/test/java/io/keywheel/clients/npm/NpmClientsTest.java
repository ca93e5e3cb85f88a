package io.keywheel.clients.npm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// OpenAI's, Groq's and Cerebras' own SDKs for JavaScript, and a judge of OpenAPI documents; their
/// tests are the `*.test.mjs` in `tools/clients-test/npm`.
final class NpmClientsTest {

    private static final List<String> FILES = List.of("openai", "groq", "cerebras", "openapi");

    @TestFactory
    List<DynamicNode> what_each_client_relies_on() throws IOException, InterruptedException {
        var project = NpmProject.find();
        if (project.isEmpty()) {
            return List.of(NpmProject.untested("node or npm", "the npm clients were"));
        }
        project.get().install();
        var containers = new ArrayList<DynamicNode>();
        try (var worlds = new Worlds()) {
            for (var file : FILES) {
                var reported = project.get().test(file + ".test.mjs", Map.of("KEYWHEEL_WORLDS", worlds.address()));
                containers.add(DynamicContainer.dynamicContainer(
                        file, reported.stream().map(Reported::asTest)));
            }
        }
        return containers;
    }
}
