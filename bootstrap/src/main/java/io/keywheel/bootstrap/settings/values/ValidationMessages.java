package io.keywheel.bootstrap.settings.values;

import java.util.ArrayList;
import java.util.List;

/// What there is to say about the settings, gathered while they are read, so that all of it is said at once.
public final class ValidationMessages {

    /// As the user called it; the launcher of a package says so.
    public static final String PROGRAM = System.getProperty("keywheel.program", "./keywheel");

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /// The start cannot go on with this.
    public void problem(String sentence) {
        problems.add(sentence);
    }

    /// Probably not what was meant.
    public void warning(String sentence) {
        warnings.add(sentence);
    }

    /// Meant, perhaps, and worth knowing.
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
