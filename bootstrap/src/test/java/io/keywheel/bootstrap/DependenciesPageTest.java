package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks that `docs/dependencies.md` lists every dependency and plugin with a reason. A row without one does not
/// count.
class DependenciesPageTest {

    private static final String OWN = "io.keywheel";
    private static final Pattern ARTIFACT =
            Pattern.compile("<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern VERSION_OF_JAR = Pattern.compile("-\\d[^-]*\\.jar");

    record Row(String section, List<String> names) {}

    private static List<Row> rows() {
        return Stream.of(Sources.page("dependencies.md").split("\n## ", -1))
                .flatMap(DependenciesPageTest::rows)
                .toList();
    }

    private static Stream<Row> rows(String section) {
        return section.lines()
                .map(line -> line.split("\\|", -1))
                .filter(cells -> cells.length == 4 && cells[1].contains("`") && !cells[2].isBlank())
                .map(cells -> new Row(
                        section.lines().findFirst().orElse(""),
                        Sources.matches(NAME, cells[1]).toList()));
    }

    @Test
    void page_lists_exactly_the_artifacts_declared_in_the_poms() {
        var declared = Sources.sorted(Stream.concat(Stream.of(Sources.ROOT), Sources.modules().stream())
                .map(module -> Sources.text(module.resolve("pom.xml")))
                .flatMap(pom -> ARTIFACT.matcher(pom).results())
                .filter(artifact -> !artifact.group(1).equals(OWN))
                .map(artifact -> artifact.group(1) + ":" + artifact.group(2)));

        assertTrue(declared.size() > 20, declared::toString);
        var listed = rows().stream().flatMap(row -> row.names().stream()).filter(name -> name.contains(":"));
        assertEquals(declared, Sources.sorted(listed));
    }

    @Test
    void page_lists_exactly_the_jars_of_the_runtime_path() {
        // The build writes this file.
        String jars = Sources.text(Path.of("target", "runtime.path")).strip();
        Set<String> there = Sources.sorted(Stream.of(jars.split(File.pathSeparator, -1))
                .map(jar -> Path.of(jar).getFileName().toString())
                .filter(jar -> jar.endsWith(".jar") && !jar.startsWith("keywheel-"))
                .map(jar -> VERSION_OF_JAR.matcher(jar).replaceFirst("")));

        assertTrue(there.contains("helidon-webserver"), there::toString);
        var listed = rows().stream()
                .filter(row -> row.section().equals("At run time"))
                .flatMap(row -> row.names().stream())
                .map(name -> name.substring(name.indexOf(':') + 1));
        assertEquals(there, Sources.sorted(listed));
    }
}
