package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the launcher of a checkout and that of a package have in common.
@DisabledOnOs(OS.WINDOWS)
abstract class LauncherContract {

    final Path directory;

    /// The folder of the checkout or package; its name has a blank.
    final Path home;

    final Checkout checkout;

    /// The launcher, relative to [#directory].
    private final Path script;

    LauncherContract(Path directory, String home, String script) throws IOException {
        this.directory = directory.toRealPath();
        this.home = this.directory.resolve(home);
        this.script = Path.of(home, script);
        checkout = new Checkout(this.directory);
    }

    /// Installs a fake Java, if it is not there.
    abstract void installJava() throws IOException;

    final Launch run(String... arguments) throws IOException, InterruptedException {
        return Launch.of(checkout, directory.resolve(script), directory, Map.of(), arguments);
    }

    final Launch serve(Map<String, String> environment) throws IOException, InterruptedException {
        return Launch.of(checkout, directory.resolve(script), directory, environment, "serve");
    }

    @Test
    void launcher_execs_java_in_the_callers_directory_through_symlinks() throws Exception {
        installJava();
        Path elsewhere = Files.createDirectory(directory.resolve("else where"));
        Path link =
                Files.createSymbolicLink(elsewhere.resolve("kw"), Path.of("..").resolve(script));

        Launch launch = Launch.of(checkout, link, elsewhere, Map.of(), "serve", "a b");

        launch.assertSays("pid=" + launch.pid() + " in=" + elsewhere + " ")
                .assertSays(" -Dkeywheel.adapters=" + home + "/adapters ", " --add-modules ALL-DEFAULT ")
                .assertEnds("-m io.keywheel.bootstrap/io.keywheel.bootstrap.Main serve a b\n");
    }

    @Test
    void empty_command_is_unknown() throws Exception {
        run("").assertStatus(2).assertSays("There is no command ''");
    }

    @Test
    void launcher_resolves_its_directory_despite_cdpath() throws Exception {
        installJava();
        Path other = directory.resolve("other");
        Files.createDirectories(other.resolve(script).getParent());

        Launch.of(checkout, script, directory, Map.of("CDPATH", other.toString()), "serve")
                .assertSays(" -Dkeywheel.adapters=" + home + "/adapters ");
    }

    @Test
    void java_options_follow_the_defaults_and_are_removed_from_the_environment() throws Exception {
        installJava();

        Launch launch = serve(Map.of("KEYWHEEL_JAVA_OPTIONS", "-Xmx1g -Xlog"));

        launch.assertHides("KEYWHEEL_JAVA_OPTIONS");
        assertTrue(launch.output().matches("(?s).* -Xmx256m .* -Xmx1g -Xlog -p .*"), launch.output());
    }

    /// The locale of the environment may not be installed here: `ssh` passes on that of another machine.
    @Test
    void java_gets_a_utf_8_locale_whatever_the_environment_has() throws Exception {
        installJava();

        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("LC_ALL", "C"), Map.of("LC_TIME", "tr_TR.UTF-8"))) {
            serve(environment).assertSays(" LC_ALL=C.UTF-8 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "check"})
    void java_exits_on_out_of_memory(String command) throws Exception {
        installJava();

        run(command).assertSays(" -XX:+ExitOnOutOfMemoryError ");
    }
}
