package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Checks when `./keywheel` builds, and what it prints meanwhile.
@DisabledOnOs(OS.WINDOWS)
class BuildTest {

    private final Path directory;
    private final Checkout checkout;

    BuildTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
        checkout = new Checkout(this.directory);
        checkout.systemJdk("25");
    }

    private Launch run(String... arguments) throws IOException, InterruptedException {
        return Launch.of(checkout, checkout.script(), directory, Map.of(), arguments);
    }

    @Test
    void launcher_rebuilds_only_if_a_source_is_newer_or_deleted() throws Exception {
        List<String> lines = run("serve").output().lines().toList();
        assertTrue(lines.get(0).startsWith("Building Keywheel"), lines::toString);
        assertTrue(lines.get(1).startsWith("Built in "), lines::toString);
        assertTrue(lines.get(2).startsWith("java="), lines::toString);

        run("serve").assertHides("Building");
        Files.setLastModifiedTime(checkout.source(), FileTime.from(Instant.now().plusSeconds(5)));
        run("serve").assertBegins("Building Keywheel");
        Files.delete(checkout.source());
        run("serve").assertBegins("Building Keywheel");

        assertEquals(3, checkout.builds().size());
    }

    @Test
    void failed_build_prints_its_errors_and_the_path_of_the_log() throws Exception {
        checkout.breakSources();

        run("serve")
                .assertStatus(1)
                .assertSays(checkout.state().resolve("build.log").toString(), "[ERROR] what is wrong")
                .assertHides("[INFO]", "java=");
    }

    @Test
    void interrupted_build_is_not_called_failed() throws Exception {
        checkout.program("mvn", "#!/bin/sh\ncase $1 in --version) echo 'Apache Maven 3.8.7';; *) exit 130;; esac\n");

        run("serve").assertStatus(130).assertSays("The build was interrupted.").assertHides("failed");
    }

    @Test
    void build_without_a_place_to_write_names_the_place() throws Exception {
        Files.writeString(checkout.state(), "no directory");

        run("serve")
                .assertStatus(1)
                .assertBegins("Keywheel must be built, but this user cannot write to " + checkout.state());
    }

    @Test
    void build_after_an_unfinished_one_removes_its_jars() throws Exception {
        Path jar = checkout.state().resolveSibling("json/target/keywheel-json.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "half a jar");
        checkout.breakSources();

        run("serve");
        assertTrue(Files.exists(jar));
        run("serve");
        assertFalse(Files.exists(jar));
    }

    @Test
    void slow_build_prints_its_progress() throws Exception {
        checkout.showProgressImmediately();
        Path downloads = checkout.downloads();

        Process launch = Launch.start(checkout, checkout.script(), directory, Map.of(), "serve");
        String progress = launch.inputReader()
                .lines()
                .filter(line -> line.contains("downloading"))
                .findFirst()
                .orElse("");

        assertTrue(progress.matches("  \\d+ s: part 2 of 14, downloading b-1\\.jar"), progress);
        Files.writeString(downloads, "");
        assertEquals(0, launch.waitFor());
    }

    @Test
    void ctrl_c_during_the_training_ends_the_build() throws Exception {
        Path training = checkout.trainForever();

        Process launch = Launch.start(
                checkout,
                Path.of("/usr/bin/env"),
                directory,
                Map.of(),
                "--default-signal=INT",
                "setsid",
                checkout.script().toString(),
                "serve");
        Files.readString(training);
        Launch.interrupt(launch);
        Launch.finish(launch).assertStatus(128 + 2).assertHides("java=");
        assertFalse(Files.exists(checkout.state().resolve("built")));
    }

    @Test
    void concurrent_launches_build_once() throws Exception {
        checkout.slowDown();

        Process first = Launch.start(checkout, checkout.script(), directory, Map.of(), "serve");
        Process second = Launch.start(checkout, checkout.script(), directory, Map.of(), "serve");

        Launch.finish(first).assertSays("java=");
        Launch.finish(second).assertSays("java=");
        assertEquals(1, checkout.builds().size());
    }
}
