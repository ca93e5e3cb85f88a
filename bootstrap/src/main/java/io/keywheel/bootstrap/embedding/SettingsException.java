package io.keywheel.bootstrap.embedding;

import io.keywheel.application.port.in.BadSettingsException;
import java.util.List;

/// The settings cannot be used.
public final class SettingsException extends RuntimeException {

    private final List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    SettingsException(BadSettingsException cause) {
        super(cause.getMessage(), cause);
        this.problems = cause.problems();
    }

    /// All problems of the settings. Each is a message that names the variable and contains no value.
    public List<String> problems() {
        return problems;
    }
}
