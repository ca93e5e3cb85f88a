package io.keywheel.examples.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.LlmPortContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTest {

    private static final Path EXAMPLE = Path.of("");

    static List<Page.Snippet> snippets() {
        return Page.snippets();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void what_the_page_shows_is_the_code_of_the_example(Page.Snippet snippet) throws IOException {
        String file = Files.readString(EXAMPLE.resolve(snippet.file()));

        assertTrue(file.contains(snippet.code()), () -> snippet.file() + " has no\n" + snippet.code());
    }

    @Test
    void the_page_shows_the_way_whole() {
        assertEquals(
                List.of("Ollama.java", "OllamaContractTest.java", "OllamaFormat.java", "module-info.java", "pom.xml"),
                Page.snippets().stream()
                        .map(snippet -> snippet.file().substring(snippet.file().lastIndexOf('/') + 1))
                        .distinct()
                        .sorted()
                        .toList());
    }

    @Test
    void the_jar_is_called_as_the_page_says() throws IOException {
        String pom = Files.readString(EXAMPLE.resolve("pom.xml"));

        assertTrue(pom.contains("<artifactId>" + Page.jar().replace("-0.1.0.jar", "") + "</artifactId>"), Page.jar());
    }

    @Test
    void the_page_counts_the_checks() throws IOException {
        long checks = Arrays.stream(LlmPortContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .count();

        for (String page : List.of("docs/howto/add-a-provider.md", "docs/quality.md", "CHANGELOG.md")) {
            String text = Files.readString(Path.of("..", "..", page));
            assertTrue(text.contains(checks + " checks"), page);
        }
    }

    /// An adapter is an afternoon's work.
    @Test
    void it_has_at_most_150_lines() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLE.resolve("src/main/java/io"))) {
            long lines = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines += Files.readAllLines(file).size();
            }
            assertTrue(lines <= 150, lines + " lines");
        }
    }
}
