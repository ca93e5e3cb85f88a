package io.keywheel.bootstrap.embedding;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.JarSource;
import io.keywheel.process.JavaProcess;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs `examples/embedded` with the jars of the build.
class ExampleTest {

    private static final Path EXAMPLE = Path.of("..", "examples", "embedded");
    private static final Path PROGRAM = EXAMPLE.resolve("src/main/java/Embedded.java");

    @Test
    void example_has_at_most_40_lines() throws Exception {
        long lines = Files.readAllLines(PROGRAM).size();

        assertTrue(lines <= 40, () -> lines + " lines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "src/main/java/Embedded.java"})
    void page_quotes_the_example_verbatim(String file) throws Exception {
        String page = Files.readString(Path.of("..", "docs", "howto", "embed.md"));

        assertTrue(page.contains("`" + file + "`:\n\n```"), file);
        assertTrue(page.contains("\n" + Files.readString(EXAMPLE.resolve(file)) + "```\n"), file);
    }

    @Test
    void example_rotates_keys_over_all_four_chat_methods(@TempDir Path directory) throws Exception {
        Path jar = new JarSource(directory)
                .source("Embedded.java", Files.readString(PROGRAM))
                .jar(directory.resolve("embedded.jar"));
        try (var simulator = Simulator.start(
                Scenario.withSeed(7).key(GROQ, "gsk_one", "org_1").key(CEREBRAS, "csk_one", "org_2"))) {
            List<String> said = run(
                    jar,
                    Environment.of(
                            "KEYWHEEL_CONNECT_TIMEOUT=60s",
                            "GROQ_API_KEYS=gsk_one",
                            "GROQ_BASE_URL=" + simulator.baseUrl(GROQ),
                            "CEREBRAS_API_KEYS=csk_one",
                            "CEREBRAS_BASE_URL=" + simulator.baseUrl(CEREBRAS)));

            assertEquals(4, said.size(), said::toString);
            assertTrue(said.get(0).matches("chat: .+ \\(groq/1\\)"), said::toString);
            assertTrue(said.get(1).matches("chatStream: .+ \\(cerebras/1\\)"), said::toString);
            assertTrue(said.get(2).matches("chatAsync: .+/1\\)"), said::toString);
            assertTrue(said.get(3).matches("chatStreamAsync: .+/1\\)"), said::toString);
        }
    }

    private static List<String> run(Path jar, Map<String, String> environment) throws Exception {
        String path = String.join(
                File.pathSeparator,
                jar.toString(),
                System.getProperty("jdk.module.path"),
                System.getProperty("java.class.path"));
        var line = List.of("-XX:TieredStopAtLevel=1", "-cp", path, "Embedded", "Hello!");
        Process process =
                JavaProcess.java(environment, line).redirectErrorStream(true).start();
        var _ = process.onExit().orTimeout(110, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said.lines().toList();
    }
}
