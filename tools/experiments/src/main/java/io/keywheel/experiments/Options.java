package io.keywheel.experiments;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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
        String home = isLaunched ? line.get(2) : "docs";
        List<String> own = line.subList(isLaunched ? 3 : 1, line.size());
        CommandSpec options = CommandSpec.create()
                .addOption(OptionSpec.builder(SEED)
                        .type(long.class)
                        .defaultValue("1")
                        .build())
                .addOption(OptionSpec.builder(SCENARIO).type(String.class).build())
                .addOption(OptionSpec.builder(OUT).type(Path.class).build());
        try {
            return of(
                    new CommandLine(options).setExpandAtFiles(false).parseArgs(own.toArray(String[]::new)), path(home));
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Options of(ParseResult said, Path home) {
        if (said.hasMatchedOption(SCENARIO) && said.hasMatchedOption(OUT)) {
            throw new IllegalArgumentException("--scenario prints and writes nothing: leave out --out");
        }
        Long seed = said.commandSpec().findOption(SEED).getValue();
        return new Options(seed, said.matchedOptionValue(SCENARIO, null), said.matchedOptionValue(OUT, home));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("--out takes a directory, not " + text);
        }
    }
}
