package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.settings.values.DotenvFile;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.ValueParser;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotenvFileTest {

    private final Path directory;

    DotenvFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void environment_takes_precedence_over_the_file() throws IOException {
        Path file = write("KEYWHEEL_PORT=1\nKEYWHEEL_MAX_ATTEMPTS=2\nGROQ_API_KEYS=k\nHTTPS_PROXY=http://of.file:1\n");

        Settings settings = Reading.of(file, "KEYWHEEL_PORT=3", "https_proxy=http://of.environment:2")
                .settings();

        assertEquals(3, settings.listener().port());
        assertEquals(2, settings.limits().maxAttempts());
        assertEquals(
                "of.environment:2",
                settings.providers().getFirst().settings().options().get("proxy"));
    }

    @ParameterizedTest
    @CsvSource({"/dev/zero, zero has more than 1 MiB", "/proc/self/mem, mem cannot be read: Input/output error"})
    void file_that_cannot_be_read_whole_is_a_problem_with_the_reason(Path file, String problem) {
        Reading.of(file).assertProblems(problem);
    }

    @Test
    void unreadable_env_file_reports_at_most_20_problems() throws IOException {
        var problems = Reading.of(write("x\n".repeat(500_000))).problems();

        assertEquals(21, problems.size());
        assertTrue(problems.get(19).startsWith(".env, line 20: "), problems.get(19));
        assertEquals(".env: the lines after that were not read", problems.getLast());
    }

    @Test
    void repeated_variables_report_at_most_20_warnings() throws IOException {
        assertEquals(20, Reading.of(write("LANG=\n".repeat(100_000))).warnings().size());
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------, false",
        "r--------, false",
        "rw----r--, true",
        "rw-r-----, true",
        "rw-r--r--, true",
        "rw--w--w-, false",
    })
    void file_readable_by_others_is_a_warning(String permissions, boolean warned) throws IOException {
        Path file = write("GROQ_API_KEYS=k\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        String warning = ".env can be read by other users of this machine: 'chmod 600 .env' keeps its keys private";
        assertEquals(warned ? List.of(warning) : List.of(), Reading.of(file).warnings());
    }

    /// As packaging/INSTALL.md installs it.
    @Test
    void file_of_another_owner_readable_by_its_group_is_no_warning() throws IOException {
        Map<String, ?> options = Map.of("create", true, "enablePosixFileAttributes", true, "defaultOwner", "another");
        try (var zip = FileSystems.newFileSystem(directory.resolve("z.zip"), options)) {
            Path file = Files.writeString(zip.getPath(".env"), "GROQ_API_KEYS=k\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

            assertEquals(List.of(), Reading.of(file).warnings());
        }
    }

    @Test
    void unreadable_line_suppresses_checks_that_need_the_whole_file() throws IOException {
        Path file = write("GROQ_API_KEYS=k\nKEYWHEEL_ACCESS_TOKENS=a-token-that-is-long-enough\nBROKEN\n");

        var report = Reading.of(file, "KEYWHEEL_HOST=0.0.0.0").assertProblemBegins(".env, line 3: ");

        assertEquals(List.of(), report.notices());
        assertEquals(List.of(), report.providers());
    }

    @Test
    void no_adapter_jar_is_loaded_beside_an_unreadable_line(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("broken.jar"));
        Path file = write("KEYWHEEL_ADAPTERS /elsewhere\n");

        var report = Settings.read(Map.of(), file, UnopenedProvider.THREE, Optional.of(folder));

        assertEquals(List.of(), report.adapters().faults());
    }

    @Test
    void malformed_values_are_reported_beside_an_unreadable_line() throws IOException {
        Reading.of(write("KEYWHEEL_PORT=http\nA=b#c\n"), "GROQ_API_KEYS=k", "GROQ_BASE_URL=x", "KEYWHEEL_PROT=1")
                .assertProblems(
                        ".env, line 2: expected NAME=value on one line, or a comment after #; quotes stand around a"
                                + " whole value, and one that holds # or quotes needs them",
                        "GROQ_BASE_URL must be " + ValueParser.BASE_URL.expected(),
                        "KEYWHEEL_PORT is 'http', but must be a whole number from 0 to 65535")
                .assertWarnings();
    }

    @Test
    void variable_overridden_by_the_environment_is_a_notice() throws IOException {
        Path file = write("CEREBRAS_API_KEYS=csk_canary\nKEYWHEEL_PORT=1\n");

        assertEquals(
                List.of(
                        "groq is left out, because GROQ_API_KEYS is not set; to use it, make a key at"
                                + " https://console.groq.com/keys",
                        "CEREBRAS_API_KEYS of .env does not count, because the environment has it, too"),
                Reading.of(file, "CEREBRAS_API_KEYS=csk_other", "KEYWHEEL_PORT=1")
                        .notices());
    }

    @Test
    void file_deleted_before_a_reload_is_a_problem() {
        reread(true).assertProblems(".env was there at the start and is gone");
        reread(false).assertProblems();
    }

    @Test
    void file_that_moves_away_and_back_during_a_reload_is_read_or_a_problem() throws Exception {
        Path file = write("KEYWHEEL_MAX_ATTEMPTS=7\n");
        Path away = directory.resolve("away");
        var isDone = new AtomicBoolean();
        var mover = new FutureTask<>(() -> {
            while (!isDone.get()) {
                Files.move(file, away);
                Files.move(away, file);
            }
            return true;
        });
        Thread.ofPlatform().start(mover);

        try {
            for (int i = 0; i < 1_000; i++) {
                var reloaded = reread(true);
                if (reloaded.problems().isEmpty()) {
                    assertEquals(7, reloaded.settings().limits().maxAttempts());
                } else {
                    reloaded.assertProblems(".env was there at the start and is gone");
                }
            }
        } finally {
            isDone.set(true);
        }
        assertTrue(mover.get());
    }

    private Reading reread(boolean existed) {
        var variables = Map.of("GROQ_API_KEYS", "k");
        return new Reading(Settings.reread(variables, directory.resolve(".env"), existed, UnopenedProvider.THREE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    A=b|b
                     A = b c |b c
                    A=b # why|b
                    A="b # c" # why|b # c
                    A='b # c'|b # c
                    A=it's|it's
                    A=b=c|b=c
                    A=|``
                    """)
    void a_value_may_be_bare_or_quoted(String line, String value) throws IOException {
        assertEquals(
                Map.of("A", value, "B", "c"), read("# a comment\r\n\r\n \t# an indented one\r\n" + line + "\r\nB=c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "export A=b",
                "A=\"never closed",
                "A=\"b\" c",
                "A=\"b\",\"c\"",
                "A=b#c",
                "A='b",
                "// A=b",
                "A B=c",
                "=b"
            })
    void malformed_line_is_a_problem_with_its_number(String line) throws IOException {
        var messages = new ValidationMessages();

        DotenvFile.read(write("# one\nKEYWHEEL_PORT=1\n" + line + "\nB=c\n"), false, messages);

        assertEquals(1, messages.problems().size());
        assertTrue(messages.problems().getFirst().startsWith(".env, line 3: expected NAME=value"));
    }

    @ParameterizedTest
    @CsvSource({
        "KEYWHEEL_PORT 9, 'expected NAME=value, but there is no = in this line'",
        "\uFEFFKEYWHEEL_PORT=1, expected NAME=value without a byte order mark before it: save the file as plain UTF-8",
        "export KEYWHEEL_HOST=::1, expected NAME=value without 'export' before it",
    })
    void common_mistake_in_a_line_is_explained(String line, String problem) throws IOException {
        Reading.of(write(line + "\n")).assertProblems(".env, line 1: " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "KEYWHEEL_JAVA_OPTIONS=-Xmx1g, 'is read from the environment alone, and has no effect in .env'",
        "KEYWHEEL_ACCESS_TOKENS=a, 'of .env does not count, because it is blank in the environment'",
    })
    void variable_of_the_file_without_effect_is_a_warning(String line, String warning) throws IOException {
        Reading.of(write(line + "\n"), "GROQ_API_KEYS=k", "KEYWHEEL_ACCESS_TOKENS=")
                .assertWarnings(line.split("=")[0] + " " + warning);
    }

    @Test
    void repeated_variable_is_a_warning_and_the_last_one_counts() throws IOException {
        var report = Reading.of(write("KEYWHEEL_PORT=1\n\nKEYWHEEL_PORT=2\n"));

        assertEquals(2, report.settings().listener().port());
        report.assertWarnings(".env sets KEYWHEEL_PORT in line 1 and again in line 3: the last one counts");
    }

    @Test
    void directory_in_place_of_the_file_is_a_problem() throws IOException {
        Files.createDirectory(directory.resolve(".env"));

        Reading.of(directory.resolve(".env"))
                .assertProblems(".env cannot be read: Is a directory")
                .assertWarnings();
    }

    @Test
    void file_that_cannot_be_looked_up_is_a_problem() throws IOException {
        Path loop = directory.resolve(".env");
        Files.createSymbolicLink(loop, loop);

        Reading.of(loop)
                .assertProblems(".env cannot be read: Too many levels of symbolic links"
                        + " or unable to access attributes of symbolic link");
    }

    /// For example to a disk that is not mounted yet. A start without this file's tokens would admit everyone.
    @Test
    void dangling_link_is_a_problem() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve(".env"), directory.resolve("not-mounted"));

        Reading.of(link, "GROQ_API_KEYS=k").assertProblems(".env is a link to nothing");
    }

    @Test
    void file_that_is_not_utf_8_is_a_problem() throws IOException {
        Files.write(directory.resolve(".env"), new byte[] {'A', '=', (byte) 0xe4});

        Reading.of(directory.resolve(".env")).assertProblems(".env is no UTF-8 text");
    }

    private Map<String, String> read(String text) throws IOException {
        var messages = new ValidationMessages();
        Map<String, String> values = DotenvFile.read(write(text), false, messages);
        assertEquals(List.of(), messages.problems());
        return values;
    }

    private Path write(String text) throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
