package io.keywheel.simulator;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/// What the command line says.
record Options(Scenario scenario, List<Fault> faults, double faultRate, boolean help) {

    static final String USAGE =
            """
            Usage: ./keywheel simulate [options]

              --host HOST          where to listen (127.0.0.1)
              --port PORT          0 takes a free one (8089)
              --seed NUMBER        of identifiers and of chance (1)
              --first-token TIME   until an answer begins (0ms)
              --pace TIME          between two pieces of a stream (0ms)
              --limits none|free   of each organisation and model: none, or the free plans' (none)
              --fault NAME         makes chats go wrong; may be repeated
              --fault-rate RATE    how many of them, 0 to 1, drawn for each fault in turn (1)
              --help               this text

            Faults: %s
              %s
            """.formatted(String.join(" ", FaultNames.FORMS), String.join("\n  ", FaultNames.plain()));

    /// Two organisations at Groq, one of them with two keys, and two at Cerebras.
    private static Scenario examples(long seed) {
        return Scenario.withSeed(seed)
                .key(Provider.GROQ, "gsk_one", "org_one")
                .key(Provider.GROQ, "gsk_two", "org_two")
                .key(Provider.GROQ, "gsk_two_b", "org_two")
                .key(Provider.CEREBRAS, "csk-one", "org_one")
                .key(Provider.CEREBRAS, "csk-two", "org_two");
    }

    /// @throws IllegalArgumentException with words for the author of the line
    static Options parse(String... line) {
        CommandSpec options = CommandSpec.create()
                .addOption(OptionSpec.builder("--help", "-h")
                        .type(boolean.class)
                        .usageHelp(true)
                        .build())
                .addOption(option("--host", "127.0.0.1", String.class, text -> text))
                .addOption(option("--port", "8089", Integer.class, text -> FaultNames.number(text, 0, 65_535)))
                .addOption(option("--seed", "1", Integer.class, text -> FaultNames.number(text, 0, Integer.MAX_VALUE)))
                .addOption(option("--first-token", "0ms", Duration.class, FaultNames::duration))
                .addOption(option("--pace", "0ms", Duration.class, FaultNames::duration))
                .addOption(option("--limits", "none", String.class, Options::limits))
                .addOption(OptionSpec.builder("--fault")
                        .type(List.class)
                        .auxiliaryTypes(Fault.class)
                        .converters(said(Fault::named))
                        .build())
                .addOption(option("--fault-rate", "1", Double.class, Options::rate));
        try {
            return of(new CommandLine(options).setExpandAtFiles(false).parseArgs(line));
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Options of(ParseResult said) {
        var scenario = examples(value(said, "--seed", Integer.class))
                .listen(value(said, "--host", String.class), value(said, "--port", Integer.class))
                .tempo(value(said, "--first-token", Duration.class), value(said, "--pace", Duration.class));
        if (value(said, "--limits", String.class).equals("free")) {
            scenario =
                    scenario.limits(Provider.GROQ, Limits.GROQ_FREE).limits(Provider.CEREBRAS, Limits.CEREBRAS_TRIAL);
        }
        return new Options(
                scenario,
                List.copyOf(said.matchedOptionValue("--fault", List.<Fault>of())),
                value(said, "--fault-rate", Double.class),
                said.hasMatchedOption("--help"));
    }

    private static <T> T value(ParseResult said, String option, Class<T> type) {
        return type.cast(said.commandSpec().findOption(option).getValue());
    }

    private static <T> OptionSpec option(String name, String usual, Class<T> type, Function<String, T> read) {
        return OptionSpec.builder(name)
                .type(type)
                .converters(said(read))
                .defaultValue(usual)
                .build();
    }

    /// With the reason in its own words alone.
    private static <T> ITypeConverter<T> said(Function<String, T> read) {
        return text -> {
            try {
                return read.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private static String limits(String text) {
        if (!List.of("none", "free").contains(text)) {
            throw new IllegalArgumentException("--limits takes none or free, not " + text);
        }
        return text;
    }

    private static double rate(String text) {
        try {
            double rate = Double.parseDouble(text);
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException _) {
            // Said below, in the same words as for a number out of range.
        }
        throw new IllegalArgumentException("--fault-rate takes a number from 0 to 1, not " + text);
    }
}
