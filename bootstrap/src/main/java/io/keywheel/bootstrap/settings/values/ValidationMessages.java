package io.keywheel.bootstrap.settings.values;

import java.util.ArrayList;
import java.util.List;

/// Collects the messages about the settings while they are read, so that all of them are reported together.
public final class ValidationMessages {

    /// The program's name as the user typed it; the launcher sets the property.
    public static final String PROGRAM = System.getProperty("keywheel.program", "./keywheel");

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /// Adds an error that prevents the start.
    public void problem(String sentence) {
        problems.add(sentence);
    }

    /// Adds a warning about a probable mistake.
    public void warning(String sentence) {
        warnings.add(sentence);
    }

    /// Adds a useful fact that is no mistake.
    public void notice(String sentence) {
        notices.add(sentence);
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public List<String> notices() {
        return List.copyOf(notices);
    }
}
