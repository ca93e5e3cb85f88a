package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.Sources;
import io.keywheel.bootstrap.settings.values.DotenvFile;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks `.env.example` with all settings uncommented.
class ExampleFileTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private final Path directory;

    ExampleFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void example_file_lists_exactly_the_known_settings() throws IOException {
        var messages = new ValidationMessages();
        Map<String, String> values = DotenvFile.read(uncommented(), messages);
        var variables = new Variables(values, Map.of(), messages);

        SettingsReader.of(variables, UnopenedProvider.THREE, Optional.empty(), messages)
                .read();

        assertEquals(new TreeSet<>(variables.known()), new TreeSet<>(values.keySet()));
    }

    @Test
    void settings_page_lists_exactly_the_known_settings() throws IOException {
        var messages = new ValidationMessages();
        var example = Sources.sorted(DotenvFile.read(uncommented(), messages).keySet().stream()
                .map(name -> name.replaceFirst("^(GROQ|CEREBRAS)_(?!API_KEYS)", "<P>_")));
        // This variable is read from the environment only.
        example.add("KEYWHEEL_JAVA_OPTIONS");

        var rows = Sources.matches(ROW, Sources.page("settings.md")).flatMap(row -> Sources.matches(NAME, row));

        assertEquals(example, Sources.sorted(rows));
    }

    @Test
    void example_file_values_are_the_defaults() throws IOException {
        var written = Reading.of(uncommented(), "GROQ_API_KEYS=k");
        var defaults = Reading.of("GROQ_API_KEYS=k");
        written.assertProblems();
        assertEquals(defaults.settings().limits(), written.settings().limits());
        assertEquals(defaults.settings().log(), written.settings().log());
        assertEquals(timeouts(defaults), timeouts(written));
        assertEquals(listener(defaults), listener(written));
    }

    private static Object timeouts(Reading report) {
        return report.settings().providers().getFirst().settings().timeouts();
    }

    private static String listener(Reading report) {
        return report.settings().listener().toString();
    }

    private Path uncommented() throws IOException {
        String text = Files.readString(Path.of("..", ".env.example"));
        String all = Pattern.compile("^#(?=[A-Z_]+=)", Pattern.MULTILINE)
                .matcher(text)
                .replaceAll("");
        return Files.writeString(directory.resolve(".env"), all);
    }
}
