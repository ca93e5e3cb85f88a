package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks the pages whose tables name the tests for each guarantee.
class ShownByTest {

    private static final List<String> PAGES = List.of("security.md", "reliability.md");
    private static final Path CONTRACT = Sources.ROOT.resolve("tools/testkit/src/main/java/io/keywheel/contract");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

    /// The sources of all tests and of the contract of adapters, by name.
    private static final Map<String, String> SOURCES = sources();

    private static Map<String, String> sources() {
        // If two modules have a test of the same name, either may contain the method.
        return Stream.concat(
                        Sources.modules().stream().map(module -> module.resolve("src/test/java")), Stream.of(CONTRACT))
                .flatMap(folder -> Sources.files(folder, ".java").stream())
                .filter(file -> !file.toString().contains("/fixture/"))
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""), Sources::text, String::concat));
    }

    /// The rows of the page's "shown by" tables, without heads.
    private static List<String> rows(String page) {
        var rows = new ArrayList<String>();
        boolean inTable = false;
        for (String line : Sources.page(page).lines().toList()) {
            if (inTable && line.startsWith("| ")) {
                rows.add(line);
            }
            inTable = line.endsWith("| shown by |") || (inTable && line.startsWith("|"));
        }
        return rows;
    }

    static List<String> allRows() {
        return PAGES.stream().flatMap(page -> rows(page).stream()).toList();
    }

    @ParameterizedTest
    @FieldSource("PAGES")
    void page_has_a_table_of_tests(String page) {
        assertTrue(rows(page).size() > 10, () -> rows(page).size() + " rows");
    }

    @ParameterizedTest
    @MethodSource("allRows")
    void each_row_names_existing_tests(String row) {
        List<MatchResult> named = NAMED.matcher(row.substring(row.lastIndexOf('|', row.length() - 2)))
                .results()
                .toList();

        assertFalse(named.isEmpty(), "no test");
        for (MatchResult test : named) {
            String source = SOURCES.getOrDefault(test.group(1), "");
            assertFalse(source.isEmpty(), () -> "there is no " + test.group());
            assertTrue(
                    test.group(2) == null || source.contains("void " + test.group(2) + "("),
                    () -> "there is no " + test.group());
        }
    }
}
