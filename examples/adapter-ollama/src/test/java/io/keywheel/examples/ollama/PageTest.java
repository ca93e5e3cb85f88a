package io.keywheel.examples.ollama;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.LlmPortContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private static final Path EXAMPLE = Path.of("");

    static List<Page.Text> code() {
        return Page.code();
    }

    @ParameterizedTest
    @MethodSource("code")
    void page_quotes_the_source_files_verbatim(Page.Text shown) throws IOException {
        assertEquals(Files.readString(EXAMPLE.resolve(shown.file())), shown.text());
    }

    /// Includes the tests of the adapter, but not those of the page and the gateway.
    @Test
    void page_quotes_every_source_file() throws IOException {
        Set<String> shown = Page.code().stream().map(Page.Text::file).collect(toCollection(TreeSet::new));

        var code = new TreeSet<>(files("src/main/java"));
        code.addAll(files("src/test/java").stream()
                .filter(file -> Path.of(file).getFileName().toString().startsWith("Ollama"))
                .toList());
        assertEquals(code, shown);
    }

    @Test
    void page_quotes_the_refusal_of_the_gemini_example_verbatim() throws IOException {
        Path gemini = EXAMPLE.resolve("../adapter-gemini/src/main/java/io/keywheel/examples/gemini/Gemini.java");

        assertTrue(Page.quoted().contains("withRetryAfter("), Page::quoted);
        assertTrue(Files.readString(gemini).contains(Page.quoted()), Page::quoted);
    }

    @Test
    void jar_name_on_the_page_matches_the_pom() {
        var name = new StringBuilder();
        for (String part : List.of("artifactId", "version")) {
            String start = "<" + part + ">";
            int from = Page.pom().indexOf(start) + start.length();
            name.append(name.isEmpty() ? "" : "-")
                    .append(Page.pom(), from, Page.pom().indexOf('<', from));
        }
        assertEquals(Page.jar(), name + ".jar");
    }

    /// The versions in the page's pom must equal those of the root pom.
    @ParameterizedTest
    @ValueSource(strings = {"junit", "jspecify"})
    void pom_on_the_page_has_the_versions_of_the_root_pom(String library) throws IOException {
        String ours = Files.readString(Path.of("..", "..", "pom.xml"));
        int from = ours.indexOf("<" + library + ".version>") + library.length() + "<.version>".length();

        String version = ours.substring(from, ours.indexOf('<', from));
        assertTrue(Page.pom().contains("<version>" + version + "</version>"), version);
    }

    @Test
    void pages_state_the_number_of_contract_checks() throws IOException {
        var contract = new OllamaContractTest();
        long checks = Arrays.stream(LlmPortContract.class.getMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .count()
                + contract.knows_each_kind().count()
                + contract.carries_each_feature().count();

        for (String page : List.of("docs/howto/add-a-provider.md", "docs/quality.md")) {
            String text = Files.readString(Path.of("..", "..", page));
            assertTrue(text.contains(checks + " checks"), page);
        }
    }

    /// The page promises a short adapter.
    @Test
    void adapter_has_at_most_150_lines() throws IOException {
        long lines = 0;
        for (String file : files("src/main/java")) {
            lines += Files.readAllLines(EXAMPLE.resolve(file)).size();
        }
        assertTrue(lines <= 150, lines + " lines");
    }

    private static List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLE.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.toString().replace('\\', '/'))
                    .toList();
        }
    }
}
