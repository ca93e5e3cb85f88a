package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches the sources of all tests for a sleep, and for a name of more than 80 characters.
class TestSourcesTest {

    @ParameterizedTest
    @ValueSource(strings = {"\\.sleep\\(", "void \\w{81,}\\("})
    void no_test_contains(Pattern pattern) {
        Stream<Path> found = Sources.modules().stream()
                .flatMap(module -> Sources.files(module.resolve("src/test/java"), ".java").stream())
                .filter(file -> !file.toString().contains("/fixture/"))
                .filter(file -> pattern.matcher(Sources.text(file)).find());

        assertEquals(Set.of(), Sources.names(found));
    }
}
