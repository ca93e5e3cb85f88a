package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.Adapters;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads settings of `NAME=value` pairs.
final class Reading {

    private static final Path NO_FILE = Path.of("there", "is", "no", "such", ".env");

    private Reading() {}

    static SettingsReport of(String... pairs) {
        return Settings.read(Environment.of(pairs), NO_FILE, UnopenedProvider.THREE, Optional.empty());
    }

    static SettingsReport of(Path dotenv, String... pairs) {
        return Settings.read(Environment.of(pairs), dotenv, UnopenedProvider.THREE, Optional.empty());
    }

    static List<String> warnings(String... pairs) {
        return of(pairs).warnings();
    }

    /// Reads with these adapters in addition to the three installed ones.
    static SettingsReport with(Adapters more, String... pairs) {
        return Settings.read(Environment.of(pairs), NO_FILE, UnopenedProvider.THREE.and(more), Optional.empty());
    }

    static Settings usable(String... pairs) {
        SettingsReport report = of(pairs);
        return report.settings().orElseThrow(() -> new AssertionError(report.problems()));
    }

    /// All text of the report that may be printed.
    static String allWords(SettingsReport report) {
        return Stream.of(report.problems(), report.warnings(), report.notices(), report)
                .map(Object::toString)
                .reduce("", String::concat);
    }
}
