package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the content of a package. `./keywheel bench package` runs one.
@DisabledOnOs(OS.WINDOWS)
class PackageTest {

    private static final Path PACKAGING = Path.of("..", "packaging");

    private final Path directory;
    private final Path home;
    private final Checkout checkout;

    PackageTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
        home = this.directory.resolve("un packed");
        checkout = new Checkout(this.directory);
        Files.createDirectories(home.resolve("lib"));
        program("bin/keywheel", Files.readString(PACKAGING.resolve("keywheel.sh")));
        program(
                "runtime/bin/java",
                "#!/bin/sh\necho \"pid=$$ in=$PWD lib=$(cd /proc/self/fd/9/ && pwd -P) LANG=$LANG $*\"\nenv | grep KEYWHEEL_\n");
    }

    private void program(String path, String script) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Launch run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        return Launch.of(checkout, script, directory, environment, arguments);
    }

    private Launch run(String... arguments) throws Exception {
        return run(home.resolve("bin/keywheel"), Map.of(), arguments);
    }

    @Test
    void runtime_image_has_exactly_the_modules_required_by_the_jars() throws IOException {
        String path =
                Files.readString(Path.of("target", "runtime.path")).strip() + File.pathSeparator + "target/classes";
        Path[] jars =
                Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of).toArray(Path[]::new);
        Set<String> required = ModuleFinder.of(jars).findAll().stream()
                .flatMap(module -> module.descriptor().requires().stream())
                .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
                .map(Requires::name)
                .filter(name -> name.startsWith("java.") || name.startsWith("jdk."))
                .collect(Collectors.toCollection(TreeSet::new));

        String script = Files.readString(PACKAGING.resolve("package"));
        var modules = Pattern.compile("(?m)^readonly MODULES=(.*)$").matcher(script);

        assertTrue(modules.find());
        assertEquals(required, new TreeSet<>(List.of(modules.group(1).split(",", -1))));
    }

    @Test
    void package_execs_its_own_java_in_the_callers_directory_through_symlinks() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("kw"), Path.of("un packed", "bin", "keywheel"));

        Launch launch = run(link, Map.of(), "serve");

        String output = launch.output();
        assertTrue(output.startsWith("pid=%d in=%s lib=%s/lib ".formatted(launch.pid(), directory, home)), output);
        assertTrue(output.contains(" -Dkeywheel.adapters=" + home + "/adapters "), output);
        assertTrue(output.contains(" -Dkeywheel.program=" + link + " "), output);
        assertTrue(output.endsWith("-m io.keywheel.bootstrap/io.keywheel.bootstrap.Main serve\n"), output);
    }

    @Test
    void version_is_that_of_the_jars() throws Exception {
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/keywheel-bootstrap-1.2.3.jar"));

        assertEquals("Keywheel 1.2.3\n", run("--version").output());
    }

    @Test
    void launcher_resolves_its_directory_despite_cdpath() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other/un packed/bin"));
        Path relative = Path.of("un packed", "bin", "keywheel");
        Files.createDirectories(other.resolveSibling("lib"));

        Launch launch =
                run(relative, Map.of("CDPATH", directory.resolve("other").toString()), "serve");

        assertTrue(launch.output().contains(" lib=" + home + "/lib "), launch.output());
    }

    @Test
    void java_options_follow_the_defaults_and_are_removed_from_the_environment() throws Exception {
        Launch launch = run(home.resolve("bin/keywheel"), Map.of("KEYWHEEL_JAVA_OPTIONS", "-Xmx1g -Xlog"), "serve");

        assertTrue(launch.output().contains(" -Xmx256m "), launch.output());
        assertTrue(launch.output().contains(" -Xmx1g -Xlog -p "), launch.output());
        assertFalse(launch.output().contains("KEYWHEEL_JAVA_OPTIONS"), launch.output());
    }

    @Test
    void java_gets_a_utf_8_locale_if_there_is_none() throws Exception {
        Path script = home.resolve("bin/keywheel");

        assertTrue(run(script, Map.of(), "serve").output().contains(" LANG=C.UTF-8 "));
        assertTrue(run(script, Map.of("LANG", "tr_TR.UTF-8"), "serve").output().contains(" LANG=tr_TR.UTF-8 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "check"})
    void java_exits_on_out_of_memory(String command) throws Exception {
        Launch launch = run(command);

        assertTrue(launch.output().contains(" -XX:+ExitOnOutOfMemoryError "), launch.output());
    }

    @Test
    void aot_cache_is_used_if_present() throws Exception {
        assertFalse(run("serve").output().contains("AOTCache"));

        Files.createFile(home.resolve("lib/keywheel.aot"));

        assertTrue(run("serve").output().contains(" -XX:AOTCache=/proc/self/fd/9/keywheel.aot "));
    }

    @Test
    void unknown_command_fails_with_a_hint_and_missing_command_prints_usage() throws Exception {
        assertEquals(2, run("sevre").status());
        assertTrue(run("sevre").output().contains("'keywheel help'"));
        assertTrue(run().output().startsWith("Usage: keywheel <command>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "serve --help", "check -h", "token --help", "demo --once --help"})
    void help_option_of_any_command_prints_usage(String arguments) throws Exception {
        Launch launch = run(arguments.split(" "));

        assertEquals(0, launch.status());
        assertTrue(launch.output().startsWith("Usage: keywheel <command>"), launch.output());
    }

    /// The unit restarts after status 3, which Java returns when memory runs out, but not after 2.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "StartLimitIntervalSec=0",
                "ExecStart=/opt/keywheel/bin/keywheel serve",
                "ExecReload=/bin/kill -HUP $MAINPID",
                "WorkingDirectory=/etc/keywheel",
                "Restart=on-failure",
                "RestartSec=2s",
                "RestartPreventExitStatus=2",
                "DynamicUser=yes",
                "ProtectSystem=strict",
                "NoNewPrivileges=yes",
                "CapabilityBoundingSet=",
                "AmbientCapabilities=",
                "SystemCallFilter=@system-service"
            })
    void systemd_unit_restricts_privileges_and_restarts_on_failure(String line) throws IOException {
        assertTrue(Files.readAllLines(PACKAGING.resolve("keywheel.service")).contains(line));
    }

    @Test
    void docker_ignore_excludes_env_files_and_keys_from_the_image() throws IOException {
        List<String> ignored = Files.readAllLines(PACKAGING.resolve(".dockerignore"));

        assertTrue(ignored.containsAll(List.of("**/.env", "**/*.pem", "**/*.key")));
        assertTrue(Files.readAllLines(PACKAGING.resolve("Containerfile")).contains("WORKDIR /etc/keywheel"));
        assertTrue(Files.readString(PACKAGING.resolve("package"))
                .contains("cp \"$ROOT\"/packaging/{Containerfile,.dockerignore} "));
    }
}
