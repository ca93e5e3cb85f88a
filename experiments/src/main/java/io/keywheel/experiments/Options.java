package io.keywheel.experiments;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the command line says.
///
/// @param scenario the one whose table is to be printed; null for the whole page to be written
/// @param out where to
record Options(long seed, @Nullable String scenario, Path out) {

    /// @throws IllegalArgumentException with words for whoever wrote the line
    static Options parse(List<String> line) {
        Iterator<String> words = line.iterator();
        if (!words.hasNext() || !words.next().equals("rotation")) {
            throw new IllegalArgumentException("the experiment there is, is 'rotation'");
        }
        long seed = 1;
        String scenario = null;
        Path out = Path.of("docs");
        while (words.hasNext()) {
            String option = words.next();
            switch (option) {
                case "--seed" -> seed = number(value(option, words));
                case "--scenario" -> scenario = value(option, words);
                case "--out" -> out = Path.of(value(option, words));
                default -> throw new IllegalArgumentException("there is no option " + option);
            }
        }
        return new Options(seed, scenario, out);
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("--seed takes a whole number, not " + text);
        }
    }
}
