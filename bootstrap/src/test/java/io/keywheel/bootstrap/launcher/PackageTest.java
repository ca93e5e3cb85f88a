package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the content of a package. `./keywheel bench package` runs one.
class PackageTest extends LauncherContract {

    private static final Path PACKAGING = Path.of("..", "packaging");

    PackageTest(@TempDir Path directory) throws IOException {
        super(directory, "un packed", "bin/keywheel");
        Files.createDirectories(home.resolve("lib"));
        Checkout.executable(home.resolve("bin/keywheel"), Files.readString(PACKAGING.resolve("keywheel.sh")));
    }

    @Override
    void installJava() throws IOException {
        Checkout.executable(home.resolve("runtime/bin/java"), Checkout.FAKE_JAVA);
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
    void version_is_that_of_the_jars() throws Exception {
        Files.createFile(home.resolve("lib/keywheel-bootstrap-1.2.3.jar"));

        assertEquals("Keywheel 1.2.3\n", run("--version").output());
    }

    @Test
    void aot_cache_is_used_if_present_by_a_path_that_any_folder_has() throws Exception {
        installJava();
        run("serve").assertHides("AOTCache");

        Files.createFile(home.resolve("lib/keywheel.aot"));

        run("serve")
                .assertSays(" -XX:AOTCache=/proc/self/fd/9/keywheel.aot ", " lib=" + home + "/lib ")
                .assertSays(" -Dkeywheel.program=" + home + "/bin/keywheel ");
    }

    @Test
    void unknown_command_fails_with_the_known_ones_and_missing_command_prints_usage() throws Exception {
        run("sevre").assertStatus(2).assertSays("the commands are serve, check, token and demo");
        run().assertBegins("Usage: keywheel <command>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "serve --help", "check -h", "token --help", "demo --once --help"})
    void help_option_of_any_command_prints_usage(String arguments) throws Exception {
        run(arguments.split(" ")).assertStatus(0).assertBegins("Usage: keywheel <command>");
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
