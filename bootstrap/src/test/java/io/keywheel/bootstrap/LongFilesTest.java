package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Compares the table of long files in docs/quality.md with the sources.
class LongFilesTest {

    private static final int LONG = 150;
    private static final int LONG_FOR_A_TEST = 300;

    /// Matches the file of a row that states a reason.
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[`\\w+`]\\(\\.\\./([^)]+\\.java)\\) \\| \\S.* \\|$");

    @Test
    void table_explains_exactly_the_files_over_the_line_limit() {
        Set<String> explained = Sources.sorted(Sources.matches(ROW, Sources.page("quality.md")));

        // The examples are separate builds.
        Stream<Path> longFiles = Stream.concat(
                        Sources.modules().stream(), Sources.children(Sources.ROOT.resolve("examples")).stream())
                .flatMap(module -> Sources.files(module.resolve("src"), ".java").stream())
                .filter(LongFilesTest::isLong);
        assertIterableEquals(Sources.names(longFiles), explained);
    }

    private static boolean isLong(Path file) {
        int most = file.toString().contains("src/main/java") ? LONG : LONG_FOR_A_TEST;
        return Sources.text(file).lines().count() > most;
    }
}
