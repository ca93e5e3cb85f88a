package io.keywheel.application.port.in;

import java.util.List;

/// The settings are invalid, and nothing has changed.
public final class BadSettingsException extends RuntimeException {

    private final List<String> problems;

    public BadSettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /// All problems, each in a sentence that names the variable and shows no value.
    public List<String> problems() {
        return problems;
    }
}
