package io.keywheel.bootstrap.e2e;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A `.env` file that a test changes, and a gateway that reads it.
final class Dotenv {

    private final Path file;
    private final Map<String, String> variables = new TreeMap<>();

    Dotenv(Path directory) {
        file = directory.resolve(".env");
    }

    /// Starts a gateway with these variables in the file.
    RunningGateway started(Map<String, String> settings) {
        variables.putAll(settings);
        write();
        var installed = Adapters.installed();
        SettingsReport report = Settings.read(Map.of(), file, installed, Optional.empty());
        return RunningGateway.start(
                World.settings(report), () -> Settings.readAnew(Map.of(), file, true, report.adapters()));
    }

    Dotenv set(String name, String... values) {
        variables.put(name, String.join(",", values));
        write();
        return this;
    }

    private void write() {
        try {
            Files.writeString(
                    file,
                    variables.entrySet().stream()
                            .map(variable -> variable.getKey() + "=" + variable.getValue() + "\n")
                            .collect(Collectors.joining()));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
