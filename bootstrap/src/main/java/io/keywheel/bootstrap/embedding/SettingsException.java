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

    /// All problems of the settings, each in a sentence. A sentence may repeat a wrong value, but none of a variable
    /// for keys, tokens or passwords.
    public List<String> problems() {
        return problems;
    }
}
