package io.keywheel.experiments;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the command line says.
///
/// @param seed the first
/// @param scenario the one whose table is to be printed; null for the whole page to be written
/// @param out where to
record Options(long seed, @Nullable String scenario, Path out) {

    static final String HELP = """
            rotation [--seed NUMBER] [--scenario NAME | --out DIRECTORY]

              --seed NUMBER     of chance, the first of those that the page is of (1)
              --scenario NAME   prints the table of one scenario with that seed and writes nothing
              --out DIRECTORY   where to write the page (docs)

            """;

    private static final String SEED = "--seed";
    private static final String SCENARIO = "--scenario";
    private static final String OUT = "--out";

    /// After `rotation` the launcher says with an `--out` of its own where the page is that it renews; what follows
    /// are the user's words, and count.
    ///
    /// @throws IllegalArgumentException with words for whoever wrote the line
    static Options parse(List<String> line) {
        if (line.isEmpty() || !line.getFirst().equals("rotation")) {
            throw new IllegalArgumentException("the experiment there is, is 'rotation'");
        }
        boolean isLaunched = line.size() > 2 && line.get(1).equals(OUT);
        Map<String, String> said = values(line.subList(isLaunched ? 3 : 1, line.size()));
        if (said.containsKey(SCENARIO) && said.containsKey(OUT)) {
            throw new IllegalArgumentException("--scenario prints and writes nothing: leave out --out");
        }
        String home = isLaunched ? line.get(2) : "docs";
        return new Options(
                number(said.getOrDefault(SEED, "1")), said.get(SCENARIO), path(said.getOrDefault(OUT, home)));
    }

    private static Map<String, String> values(List<String> words) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < words.size(); i += 2) {
            String option = words.get(i);
            if (!Set.of(SEED, SCENARIO, OUT).contains(option)) {
                throw new IllegalArgumentException("there is no option " + option);
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            if (values.put(option, words.get(i + 1)) != null) {
                throw new IllegalArgumentException(option + " is said twice");
            }
        }
        return values;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("--seed takes a whole number, not " + text);
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("--out takes a directory, not " + text);
        }
    }
}
