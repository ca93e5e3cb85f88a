package io.keywheel.simulator;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/// Runs a simulator as a program until it is stopped. `--help` lists the options.
public final class Main {

    private enum Plan {
        NONE,
        FREE
    }

    private Main() {}

    /// Exits with 0 after SIGTERM or SIGINT, with 2 after an invalid option.
    public static void main(String[] line) {
        System.exit(command().execute(line));
    }

    static CommandLine command() {
        var spec = CommandSpec.create()
                .name("./keywheel simulate")
                .addOption(option("--host", "HOST", String.class, "where to listen (127.0.0.1)"))
                .addOption(option("--port", "PORT", Integer.class, "0 takes a free one (8089)"))
                .addOption(option("--seed", "NUMBER", Long.class, "the seed of identifiers and random choices (1)"))
                .addOption(option("--first-token", "TIME", Duration.class, "until an answer begins (0ms)"))
                .addOption(option("--pace", "TIME", Duration.class, "between two tokens, streamed or not (0ms)"))
                .addOption(option("--limits", "none|free", Plan.class, "of each organisation and model (none)"))
                .addOption(option("--fault", "NAME", Fault[].class, "makes chats fail; may be repeated"))
                .addOption(option("--fault-rate", "RATE", Double.class, "chance of each, drawn in order, 0 to 1 (1)"))
                .addOption(OptionSpec.builder("--help", "-h")
                        .usageHelp(true)
                        .description("this text")
                        .build());
        spec.usageMessage()
                .footer(
                        "",
                        Provider.inWords(provider -> "http://HOST:PORT" + provider.path()),
                        "",
                        "Faults, MOMENT being before-head, after-head, before-content or after-tokens:3:",
                        String.join(" ", Fault.FORMS),
                        String.join(" ", Fault.alone()));
        return new CommandLine(spec)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, said(Values::duration))
                .registerConverter(Fault.class, said(Fault::named))
                .registerConverter(Double.class, said(Main::rate))
                .setParameterExceptionHandler((e, _) -> {
                    e.getCommandLine().getErr().println(e.getMessage() + "; --help says more");
                    return ExitCode.USAGE;
                })
                .setExecutionStrategy(Main::run);
    }

    private static OptionSpec option(String name, String label, Class<?> type, String what) {
        return OptionSpec.builder(name)
                .type(type)
                .paramLabel(label)
                .description(what)
                .build();
    }

    /// Makes picocli print only the message of the exception.
    private static <T> ITypeConverter<T> said(Function<String, T> read) {
        return text -> {
            try {
                return read.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private static double rate(String text) {
        double rate = Double.parseDouble(text);
        if (rate >= 0 && rate <= 1) {
            return rate;
        }
        throw new IllegalArgumentException(text + " is not a number from 0 to 1");
    }

    private static int run(ParseResult said) {
        var help = CommandLine.executeHelpRequest(said);
        if (help != null) {
            return help;
        }
        var simulator = start(said);
        // Without the hook, the JVM would exit with 143 after SIGTERM, although the stop is no failure.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            simulator.close();
            Runtime.getRuntime().halt(0);
        }));
        var out = said.commandSpec().commandLine().getOut();
        out.println("Simulator ready: " + Provider.inWords(simulator::baseUrl));
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private static Simulator start(ParseResult said) {
        var scenario = Scenario.withSeed(said.matchedOptionValue("--seed", 1L))
                .key(Provider.GROQ, "gsk_one", "org_one")
                .key(Provider.GROQ, "gsk_two", "org_two")
                .key(Provider.GROQ, "gsk_two_b", "org_two")
                .key(Provider.CEREBRAS, "csk-one", "org_one")
                .key(Provider.CEREBRAS, "csk-two", "org_two")
                .listen(said.matchedOptionValue("--host", "127.0.0.1"), said.matchedOptionValue("--port", 8089))
                .tempo(
                        said.matchedOptionValue("--first-token", Duration.ZERO),
                        said.matchedOptionValue("--pace", Duration.ZERO));
        if (said.matchedOptionValue("--limits", Plan.NONE) == Plan.FREE) {
            scenario =
                    scenario.limits(Provider.GROQ, Limits.GROQ_FREE).limits(Provider.CEREBRAS, Limits.CEREBRAS_TRIAL);
        }
        var simulator = listening(said, scenario);
        for (var provider : Provider.values()) {
            for (var fault : List.of(said.matchedOptionValue("--fault", new Fault[0]))) {
                simulator.on(provider).sometimes(said.matchedOptionValue("--fault-rate", 1.0), fault);
            }
        }
        return simulator;
    }

    private static Simulator listening(ParseResult said, Scenario scenario) {
        try {
            return Simulator.start(scenario);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            String problem = "cannot listen on port %d: %s; --port 0 takes a free one"
                    .formatted(scenario.address().port(), (e.getCause() == null ? e : e.getCause()).getMessage());
            throw new ParameterException(said.commandSpec().commandLine(), problem);
        }
    }
}
