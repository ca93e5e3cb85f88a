package io.keywheel.bootstrap.settings;

import java.util.ArrayList;
import java.util.List;

/// What there is to say about the settings, gathered while they are read, so that all of it is said at once.
final class ValidationMessages {

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /// The start cannot go on with this.
    void problem(String sentence) {
        problems.add(sentence);
    }

    /// Probably not what was meant.
    void warning(String sentence) {
        warnings.add(sentence);
    }

    /// Meant, perhaps, and worth knowing.
    void notice(String sentence) {
        notices.add(sentence);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }
}
