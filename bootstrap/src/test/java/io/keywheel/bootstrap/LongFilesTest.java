package io.keywheel.bootstrap;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Compares the table of long files in docs/quality.md with the sources.
class LongFilesTest {

    private static final Path CHECKOUT = Path.of("..");
    private static final Path PAGE = CHECKOUT.resolve("docs", "quality.md");
    private static final Path MAIN = Path.of("src", "main", "java");
    private static final int LONG = 150;
    private static final int LONG_FOR_A_TEST = 300;

    /// Matches the file of a row that states a reason.
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[`\\w+`]\\(\\.\\./([^)]+\\.java)\\) \\| \\S.* \\|$");

    @Test
    void table_explains_exactly_the_files_over_the_line_limit() throws IOException {
        Set<String> explained = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .collect(toCollection(TreeSet::new));

        assertEquals(tooLong(), explained);
    }

    private static Set<String> tooLong() throws IOException {
        var files = new TreeSet<String>();
        for (Path module : modules()) {
            try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
                for (Path file :
                        (Iterable<Path>) sources.filter(file -> file.toString().endsWith(".java"))::iterator) {
                    int most = file.startsWith(module.resolve(MAIN)) ? LONG : LONG_FOR_A_TEST;
                    if (Files.readAllLines(file).size() > most) {
                        files.add(CHECKOUT.relativize(file).toString().replace('\\', '/'));
                    }
                }
            }
        }
        return files;
    }

    /// All modules with sources, and the examples, which are separate builds.
    private static List<Path> modules() throws IOException {
        var modules = new ArrayList<Path>();
        for (Path parent : List.of(CHECKOUT, CHECKOUT.resolve("tools"), CHECKOUT.resolve("examples"))) {
            try (Stream<Path> children = Files.list(parent)) {
                children.filter(child -> Files.isDirectory(child.resolve("src")))
                        .forEach(modules::add);
            }
        }
        return modules;
    }
}
