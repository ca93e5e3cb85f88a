package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest extends LauncherContract {

    private static final List<String> COMMANDS =
            List.of("demo", "serve", "check", "simulate", "bench", "experiment", "soak", "package", "mutation", "test");

    LauncherTest(@TempDir Path directory) throws IOException {
        super(directory, "check out", "keywheel");
    }

    @Override
    void installJava() throws IOException {
        checkout.systemJdk("25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "help --help", "help help", ""})
    void help_lists_the_commands_and_builds_nothing(String words) throws Exception {
        Launch help = words.isEmpty() ? run() : run(words.split(" "));

        help.assertStatus(0);
        for (String command : COMMANDS) {
            help.assertSays("\n  " + command + " ");
        }
        assertEquals(List.of(), checkout.builds());
    }

    @Test
    void version_is_that_of_the_pom_and_builds_nothing() throws Exception {
        Files.writeString(home.resolve("pom.xml"), "<project>\n  <version>1.2.3</version>\n</project>");

        assertEquals("Keywheel 1.2.3\n", run("--version").output());
        assertEquals(List.of(), checkout.builds());
    }

    /// `simulate` is missing, because the simulator prints its own help.
    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve", "check", "bench", "experiment", "soak", "package", "mutation", "test"})
    void each_command_explains_itself_without_a_build(String command) throws Exception {
        run(command, "--help").assertStatus(0).assertBegins("Usage: ./keywheel " + command);
        assertEquals(List.of(), checkout.builds());
    }

    @Test
    void help_with_a_command_explains_that_command() throws Exception {
        assertEquals(run("serve", "--help").output(), run("help", "serve").output());
    }

    @ParameterizedTest
    @CsvSource({
        "package now, now",
        "mutation adapters, adapters",
        "mutation domain application, application",
        "token a b, b",
        "bench nope, nope",
        "bench apis x, x",
        "bench gateway --clients 0, 0",
        "bench gateway 1 2, 2",
        "bench growth --nope, --nope",
        "bench package x, x",
        "experiment cooldowns, cooldowns"
    })
    void wrong_argument_is_named_before_the_usage_and_nothing_is_built(String line, String wrong) throws Exception {
        assertRefused(run(line.split(" ", -1)), line.split(" ", -1)[0], "does not take '" + wrong + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "bench", "experiment"})
    void missing_argument_prints_usage_and_builds_nothing(String command) throws Exception {
        assertRefused(run(command), command, "needs an argument");
    }

    private void assertRefused(Launch launch, String command, String why) throws Exception {
        String line = "./keywheel " + command;
        launch.assertStatus(2).assertBegins("'" + line + "' " + why + ".\nUsage: " + line);
        assertEquals(List.of(), checkout.builds());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    chek       | no command 'chek'; did you mean check? './keywheel help'
                    help sevre | no command 'sevre'; did you mean serve? './keywheel help'
                    s          | no command 's'. './keywheel help'
                    reload     | no command 'reload'. './keywheel help'
                    """)
    void unknown_command_fails_with_the_nearest_one_and_a_hint_to_help(String words, String message) throws Exception {
        run(words.split(" ")).assertStatus(2).assertSays(message);
    }

    @Test
    void experiment_gets_the_docs_directory_and_the_out_option() throws Exception {
        checkout.systemJdk("25");

        run("experiment", "rotation", "--out", "/elsewhere")
                .assertSays("-Dkeywheel.docs=" + home.resolve("docs") + " ")
                .assertEnds(".Main --out /elsewhere\n");
        run("experiment", "alchemy").assertStatus(2);
    }

    @Test
    void help_of_jmh_lists_the_options_of_a_microbenchmark() throws Exception {
        checkout.systemJdk("25");

        run("bench", "hot", "-h").assertEnds("HotPathBenchmark -h\n");
        run("bench", "gateway", "-h").assertBegins("Usage: ./keywheel bench");
    }

    @Test
    void benchmark_without_a_package_says_how_to_make_one() throws Exception {
        checkout.systemJdk("25");

        run("bench", "package").assertStatus(1).assertSays("'./keywheel package' makes one");
    }

    @Test
    void aot_cache_is_used_only_with_its_jdk_and_directory() throws Exception {
        Path release = checkout.systemJdk("25").resolve("release");
        Path madeFor = checkout.state().resolve("cached-for");
        String used = " -XX:AOTCache=" + checkout.state().resolve("keywheel.aot") + " ";

        checkout.train();
        run("serve").assertSays(used);

        String here = Files.readString(madeFor);
        Files.writeString(madeFor, here.replace(checkout.state().toString(), "/elsewhere"));
        run("serve").assertHides("AOTCache");
        Files.writeString(madeFor, here);
        run("serve").assertSays(used);
        Files.writeString(release, "BUILD=2\n", StandardOpenOption.APPEND);
        run("serve").assertHides("AOTCache");
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void build_with_failed_training_has_no_aot_cache() throws Exception {
        checkout.systemJdk("25");

        run("serve").assertHides("AOTCache");
    }

    @Test
    void java_home_takes_precedence_over_path_and_path_over_system_jdks() throws Exception {
        checkout.systemJdk("25");
        Path mine = checkout.jdk(directory.resolve("mine"), "26.0.1");
        Path onPath = checkout.jdk(directory.resolve("on-path"), "25.0.2");
        checkout.program("java", "#!/bin/sh\nexec " + onPath.resolve("bin/java") + " \"$@\"\n");

        serve(Map.of("JAVA_HOME", mine.toString())).assertSays("java=" + mine + "/bin/java");
        serve(Map.of()).assertSays("java=" + onPath + "/bin/java");
    }

    @Test
    void jdk_that_is_too_old_or_lacks_javac_is_skipped() throws Exception {
        Path old = checkout.jdk(directory.resolve("old"), "17.0.2");
        Path runtime = checkout.systemJdk("25.0.1");
        Files.delete(runtime.resolve("bin/javac"));
        Path right = checkout.systemJdk("25.0.2");

        serve(Map.of("JAVA_HOME", old.toString())).assertSays("java=" + right + "/bin/java");
    }

    @Test
    void missing_jdk_prints_what_to_install() throws Exception {
        checkout.systemJdk("21.0.1");
        checkout.program("java", "#!/bin/sh\nexit 1\n");

        run("serve").assertStatus(1).assertSays("openjdk-25-jdk-headless", "JAVA_HOME");
    }

    @Test
    void maven_below_3_8_fails_with_the_required_version() throws Exception {
        checkout.systemJdk("25");
        checkout.program("mvn", "#!/bin/sh\necho 'Apache Maven 3.6.3'\n");

        run("serve").assertStatus(1).assertSays("Maven 3.8 or newer");
    }

    @Test
    void test_command_passes_arguments_to_maven_and_returns_its_status() throws Exception {
        checkout.systemJdk("25");

        run("test", "-pl", "domain").assertStatus(0);
        assertEquals(List.of("-B -T 4 verify -pl domain"), checkout.builds());
        checkout.breakSources();
        run("test").assertStatus(1);
    }

    @Test
    void test_command_prints_totals_of_all_modules_and_skipped_npm_tests() throws Exception {
        checkout.systemJdk("25");
        Files.createFile(directory.resolve("nodeless"));

        List<String> lines = run("test").output().lines().toList();

        assertEquals(
                List.of("node is not on PATH: the npm clients were not tested", "12 passed, 1 failed, 1 skipped"),
                lines.subList(lines.size() - 2, lines.size()));
    }

    @Test
    void test_command_fails_if_no_test_ran() throws Exception {
        checkout.systemJdk("25");
        Files.createFile(directory.resolve("testless"));

        run("test", "-Dtest=Misspelt").assertStatus(1).assertSays("no test ran").assertHides("passed");
    }
}
