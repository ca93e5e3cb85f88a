package io.keywheel.clients.npm;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// OpenAI's, Groq's and Cerebras' own SDKs for JavaScript; their tests are the `*.test.mjs` in `clients-test/npm`.
final class NpmClientsTest {

    /// Surefire runs a module's tests in its directory.
    private static final Path DIRECTORY = Path.of("npm");

    private static final List<String> CLIENTS = List.of("openai", "groq", "cerebras");

    @TestFactory
    List<DynamicNode> what_each_client_relies_on() throws IOException, InterruptedException {
        var node = Program.find("node");
        var npm = Program.find("npm");
        if (node.isEmpty() || npm.isEmpty()) {
            return List.of(untested(node.isEmpty() ? "node" : "npm"));
        }
        var project = new NpmProject(DIRECTORY, node.get(), npm.get());
        project.install();
        var containers = new ArrayList<DynamicNode>();
        try (var worlds = new Worlds()) {
            for (var client : CLIENTS) {
                var reported = project.test(client + ".test.mjs", worlds);
                containers.add(DynamicContainer.dynamicContainer(
                        client, reported.stream().map(Reported::asTest)));
            }
        }
        return containers;
    }

    /// Skipped, and that is said aloud: neither Java nor Maven brings what is missing.
    private static DynamicTest untested(String missing) {
        var why = missing + " is not on PATH: the npm clients were not tested";
        System.out.println(why);
        return DynamicTest.dynamicTest(missing + " is on PATH", () -> abort(why));
    }
}
