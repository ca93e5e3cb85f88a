package io.keywheel.bootstrap.settings.values;

import java.util.ArrayList;
import java.util.List;

/// Collects the messages about the settings while they are read, so that all of them are reported together.
///
/// @param problems prevent the start
/// @param warnings probable mistakes
/// @param notices useful facts that are no mistakes
public record ValidationMessages(List<String> problems, List<String> warnings, List<String> notices) {

    /// The program's name as the user typed it; the launcher sets the property.
    public static final String PROGRAM = System.getProperty("keywheel.program", "./keywheel");

    public ValidationMessages() {
        this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    public void problem(String sentence) {
        problems.add(sentence);
    }

    public void warning(String sentence) {
        warnings.add(sentence);
    }

    public void notice(String sentence) {
        notices.add(sentence);
    }
}
