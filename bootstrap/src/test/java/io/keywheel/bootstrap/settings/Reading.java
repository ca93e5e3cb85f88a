package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The report about settings of `NAME=value` pairs.
record Reading(SettingsReport report) {

    private static final Path NO_FILE = Path.of("there", "is", "no", "such", ".env");

    static Reading of(String... pairs) {
        return of(NO_FILE, pairs);
    }

    static Reading of(Path dotenv, String... pairs) {
        return new Reading(Settings.read(Environment.of(pairs), dotenv, UnopenedProvider.THREE, Optional.empty()));
    }

    /// Reads with these adapters in addition to the three installed ones.
    static Reading with(Adapters more, String... pairs) {
        return new Reading(
                Settings.read(Environment.of(pairs), NO_FILE, UnopenedProvider.THREE.and(more), Optional.empty()));
    }

    static Settings usable(String... pairs) {
        return of(pairs).settings();
    }

    static ListenerSettings listener(String... pairs) {
        return usable(pairs).listener();
    }

    static ProviderSetup provider(String... pairs) {
        return usable(pairs).providers().getFirst();
    }

    List<ProviderSetup> providers() {
        return report.providers();
    }

    List<String> providerNames() {
        return providers().stream().map(provider -> provider.id().value()).toList();
    }

    List<String> problems() {
        return report.problems();
    }

    List<String> warnings() {
        return report.warnings();
    }

    List<String> notices() {
        return report.notices();
    }

    Settings settings() {
        return report.settings().orElseThrow(() -> new AssertionError(report.problems()));
    }

    /// Asserts that these are all problems.
    Reading assertProblems(String... problems) {
        assertEquals(List.of(problems), report.problems());
        return this;
    }

    Reading assertProblemBegins(String begin) {
        assertEquals(1, report.problems().size(), report.problems()::toString);
        assertTrue(report.problems().getFirst().startsWith(begin), report.problems()::toString);

        return this;
    }

    /// Asserts that these are all warnings.
    Reading assertWarnings(String... warnings) {
        assertEquals(List.of(warnings), report.warnings());
        return this;
    }

    Reading assertHides(String secret) {
        assertFalse(allWords().contains(secret), this::allWords);
        return this;
    }

    /// All text of the report that may be printed.
    String allWords() {
        return report.problems() + " " + report.warnings() + " " + report.notices() + " " + report;
    }
}
