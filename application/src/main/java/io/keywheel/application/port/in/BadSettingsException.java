package io.keywheel.application.port.in;

import java.util.List;

/// The settings cannot be used, and nothing has changed.
public final class BadSettingsException extends RuntimeException {

    private final List<String> problems;

    public BadSettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /// The settings are valid, but an adapter or a file cannot be used with them.
    public BadSettingsException(String problem, Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    /// All problems, each in a sentence. A sentence may repeat a wrong value, but none of a variable for keys, tokens
    /// or passwords.
    public List<String> problems() {
        return problems;
    }
}
