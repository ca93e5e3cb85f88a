package io.keywheel.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/// What the command line says.
///
/// @param perSecond requests
/// @param faults the share of calls to the providers at which something goes wrong, 0 to 1
/// @param hostile how many hostile clients of each kind, as a share of the usual number; 0 for none and no lies
/// @param slowdown how many times the good clients' p99 alone theirs may be beside hostile ones
/// @param probeTimeout until a probe that has no answer counts as failed
/// @param heap of the gateway, as the JVM takes it
/// @param tls whether clients speak TLS
/// @param log where what the gateway says goes; null for nowhere
record Options(
        Duration duration,
        double perSecond,
        double faults,
        double hostile,
        double slowdown,
        Duration probeTimeout,
        String heap,
        long seed,
        boolean tls,
        @Nullable Path log) {

    private static final Pattern DURATION = Pattern.compile("[1-9]\\d{0,5}[smh]");
    private static final Pattern HEAP = Pattern.compile("[1-9]\\d{0,4}[mg]");

    /// @throws IllegalArgumentException with words for the author of the line
    static Options parse(List<String> line) {
        CommandSpec options = CommandSpec.create()
                .addOption(time("--duration", "1m"))
                .addOption(number("--rate", "100", n -> n > 0 && n <= 100_000, "above 0, up to 100000"))
                .addOption(number("--faults", "0.2", n -> n >= 0 && n <= 1, "from 0 to 1"))
                .addOption(number("--hostile", "1", n -> n >= 0 && n <= 10, "from 0 to 10"))
                .addOption(number("--max-slowdown", "3", n -> n >= 1 && n <= 1_000_000, "from 1 to 1000000"))
                .addOption(time("--probe-timeout", "5s"))
                .addOption(option("--heap", "256m", String.class, Options::heap))
                .addOption(option("--seed", "1", Long.class, Options::seed))
                .addOption(OptionSpec.builder("--tls").type(boolean.class).build())
                .addOption(OptionSpec.builder("--log").type(Path.class).build());
        try {
            return of(new CommandLine(options).setExpandAtFiles(false).parseArgs(line.toArray(String[]::new)));
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Options of(ParseResult said) {
        return new Options(
                value(said, "--duration", Duration.class),
                value(said, "--rate", Double.class),
                value(said, "--faults", Double.class),
                value(said, "--hostile", Double.class),
                value(said, "--max-slowdown", Double.class),
                value(said, "--probe-timeout", Duration.class),
                value(said, "--heap", String.class),
                value(said, "--seed", Long.class),
                said.hasMatchedOption("--tls"),
                said.matchedOptionValue("--log", null));
    }

    private static <T> T value(ParseResult said, String option, Class<T> type) {
        return type.cast(said.commandSpec().findOption(option).getValue());
    }

    private static OptionSpec time(String name, String usual) {
        return option(name, usual, Duration.class, text -> {
            if (!DURATION.matcher(text).matches()) {
                throw refused(name + " takes a time such as 90s, 10m or 1h", text);
            }
            return Duration.parse("PT" + text);
        });
    }

    private static OptionSpec number(String name, String usual, DoublePredicate fits, String range) {
        return option(name, usual, Double.class, text -> {
            try {
                double number = Double.parseDouble(text);
                if (fits.test(number)) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Said below, in the same words as for a number out of range.
            }
            throw refused(name + " takes a number " + range, text);
        });
    }

    private static <T> OptionSpec option(String name, String usual, Class<T> type, ITypeConverter<T> converter) {
        return OptionSpec.builder(name)
                .type(type)
                .converters(converter)
                .defaultValue(usual)
                .build();
    }

    private static String heap(String text) {
        if (!HEAP.matcher(text).matches()) {
            throw refused("--heap takes a size such as 128m or 1g", text);
        }
        return text;
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw refused("--seed takes a whole number", text);
        }
    }

    private static TypeConversionException refused(String what, String text) {
        return new TypeConversionException(what + ", not " + text);
    }
}
