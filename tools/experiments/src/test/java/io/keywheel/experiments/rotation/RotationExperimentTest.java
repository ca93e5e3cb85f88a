package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// All look at one run, as far as one will do.
@TestInstance(PER_CLASS)
class RotationExperimentTest {

    private static final List<Scenario> SHORT = Scenarios.ALL.stream()
            .map(scenario -> scenario.lasting(Duration.ofSeconds(50)))
            .toList();

    private final Path directory;
    private final Path out;

    RotationExperimentTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.out = written(7, "once");
    }

    private Path written(long seed, String name) throws IOException {
        Path out = directory.resolve(name);
        new RotationExperiment(seed, 2, SHORT).write(out, _ -> {});
        return out;
    }

    @Test
    void the_same_seed_gives_the_same_files_to_the_byte() throws IOException {
        Path again = written(7, "again");

        try (Stream<Path> files = Files.list(out)) {
            List<Path> all = files.toList();
            assertEquals(6, all.size());
            for (Path file : all) {
                assertArrayEquals(
                        Files.readAllBytes(file),
                        Files.readAllBytes(again.resolve(file.getFileName())),
                        file::toString);
            }
        }
    }

    @Test
    void the_pictures_are_small_and_their_words_are_text() throws IOException {
        for (String name : List.of("served", "wasted", "exhausted", "outage", "burst")) {
            String picture = Files.readString(out.resolve("rotation-" + name + ".svg"));
            assertTrue(picture.length() < 60_000, () -> name + ": " + picture.length());
            assertTrue(picture.contains(">Keywheel</text>"), name);
        }
    }

    @Test
    void another_seed_gives_other_figures() {
        assertNotEquals(
                new RotationExperiment(7, 1, SHORT).table("steady"),
                new RotationExperiment(8, 1, SHORT).table("steady"));
    }

    @Test
    void the_page_shows_every_picture_and_every_scenario() throws IOException {
        String page = Files.readString(out.resolve("rotation-experiment.md"));

        for (Scenario scenario : Scenarios.ALL) {
            assertTrue(page.contains("\n## " + scenario.title() + "\n"), scenario::title);
            assertTrue(page.contains("\n`" + scenario.name() + "`: "), scenario::name);
        }
        long pictures = Pattern.compile("\\]\\((rotation-\\w+\\.svg)\\)")
                .matcher(page)
                .results()
                .filter(link -> Files.exists(out.resolve(link.group(1))))
                .count();
        assertEquals(5, pictures);
    }

    @Test
    void the_page_says_which_promise_is_kept_and_which_is_not() throws IOException {
        String page = Files.readString(out.resolve("rotation-experiment.md"));

        assertTrue(page.contains("| at most 12 | `outage` 0 | yes |"), page);
        assertTrue(page.contains("| within 30 s | `outage` never | **no** |"), page);
    }

    @Test
    void every_seed_is_told_before_it_is_played() throws IOException {
        var told = new ArrayList<Long>();

        new RotationExperiment(7, 3, SHORT).write(directory.resolve("told"), told::add);

        assertEquals(List.of(7L, 8L, 9L), told);
    }

    @Test
    void nothing_is_played_for_what_is_no_directory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThrows(
                IOException.class,
                () -> new RotationExperiment(7, 1, SHORT)
                        .write(file, _ -> fail("played, although nobody will see it")));
    }

    @Test
    void the_pictures_in_short_show_every_scenario() throws IOException {
        for (String name : List.of("served", "wasted")) {
            String picture = Files.readString(out.resolve("rotation-" + name + ".svg"));
            for (Scenario scenario : Scenarios.ALL) {
                assertTrue(picture.contains(">" + scenario.name() + "</text>"), scenario::name);
            }
        }
    }

    @Test
    void a_scenario_that_there_is_not_has_no_table() {
        assertTrue(new RotationExperiment(1).table("alchemy").isEmpty());
    }
}
