package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.bootstrap.Sources;
import io.keywheel.bootstrap.settings.values.DotenvFile;
import io.keywheel.bootstrap.settings.values.Setting;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks `.env.example` with all settings uncommented.
class ExampleFileTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*) \\|");
    private static final Pattern DEFAULTS = Pattern.compile("(?m)^\\| (`KEYWHEEL_[^|]*) \\| ([^|]+) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private final Path directory;

    ExampleFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void example_file_lists_exactly_the_known_settings() throws IOException {
        var messages = new ValidationMessages();
        Map<String, String> values = DotenvFile.read(uncommented(), false, messages);
        var variables = new Variables(values, Map.of(), messages);

        SettingsReader.of(variables, UnopenedProvider.THREE, Optional.empty(), messages)
                .read();

        assertEquals(new TreeSet<>(variables.known()), new TreeSet<>(values.keySet()));
    }

    @Test
    void settings_page_lists_exactly_the_known_settings() throws IOException {
        var messages = new ValidationMessages();
        var example = Sources.sorted(DotenvFile.read(uncommented(), false, messages).keySet().stream()
                .map(name -> name.replaceFirst("^(GROQ|CEREBRAS)_(?!API_KEYS)", "<P>_")));
        // This variable is read from the environment only.
        example.add("KEYWHEEL_JAVA_OPTIONS");

        var rows = Sources.matches(ROW, Sources.page("settings.md")).flatMap(row -> Sources.matches(NAME, row));

        assertEquals(example, Sources.sorted(rows));
    }

    @Test
    void example_file_values_are_the_defaults() throws Exception {
        Reading.of(uncommented(), "GROQ_API_KEYS=k").assertProblems();
        Map<String, String> values = DotenvFile.read(uncommented(), false, new ValidationMessages());

        for (Setting<?> setting : settings()) {
            assertEquals(
                    Optional.of(setting.byDefault()),
                    setting.parser().read(values.getOrDefault(setting.name(), "")),
                    setting.name());
        }
    }

    @Test
    void settings_page_has_each_default_and_marks_what_requires_a_restart() throws Exception {
        Map<String, String> rows = new HashMap<>();
        Matcher row = DEFAULTS.matcher(Sources.page("settings.md"));
        while (row.find()) {
            String[] names = row.group(1).split(", ");
            String[] defaults = row.group(2).split(", ");
            for (int i = 0; i < Math.min(names.length, defaults.length); i++) {
                rows.put(names[i], defaults[i].replace("`", ""));
            }
        }

        for (Setting<?> setting : settings()) {
            String name = "`" + setting.name() + "`" + (setting.requiresRestart() ? " †" : "");
            assertEquals(Optional.of(setting.byDefault()), setting.parser().read(rows.getOrDefault(name, "")), name);
        }
    }

    private static List<Setting<?>> settings() throws IllegalAccessException {
        List<Setting<?>> settings = new ArrayList<>();
        for (Field field : Setting.class.getFields()) {
            settings.add((Setting<?>) field.get(null));
        }
        assertFalse(settings.isEmpty());
        return settings;
    }

    private Path uncommented() throws IOException {
        String text = Files.readString(Path.of("..", ".env.example"));
        String all = Pattern.compile("^#(?=[A-Z_]+=)", Pattern.MULTILINE)
                .matcher(text)
                .replaceAll("");
        return Files.writeString(directory.resolve(".env"), all);
    }
}
