package io.keywheel.soak;

import io.keywheel.store.StoreServer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/// The options of `./keywheel soak`; the launcher prints its `--help`. Descriptions say what an option takes.
final class Options {

    private static final String TIME = "a time such as 90s, 10m or 1h";

    @Option(names = "--duration", defaultValue = "1m", description = TIME)
    Duration duration = Duration.ofMinutes(1);

    /// Requests per second.
    @Option(names = "--rate", defaultValue = "100", description = "a number above 0, up to 100000")
    double rate;

    /// The share of failing calls to the providers.
    @Option(names = "--faults", defaultValue = "0.2", description = "a number from 0 to 1")
    double faults;

    /// The number of hostile clients of each kind, relative to the usual number; 0 for none, and no absurd
    /// values.
    @Option(names = "--hostile", defaultValue = "1", description = "a number from 0 to 10")
    double hostile;

    /// The maximum ratio of the good clients' p99 with hostile clients to that without.
    @Option(names = "--max-slowdown", defaultValue = "3", description = "a number of at least 1")
    double maxSlowdown;

    @Option(names = "--probe-timeout", defaultValue = "5s", description = TIME)
    Duration probeTimeout = Duration.ofSeconds(5);

    /// The value of the gateway's `-Xmx`.
    @Option(names = "--heap", defaultValue = "256m", description = "a size such as 128m or 1g")
    String heap = "256m";

    /// The number of gateways, which share a failing store; 1 for one gateway without a store.
    @Option(
            names = "--gateways",
            defaultValue = "1",
            description = "a number from 1 to 9, above 1 only where redis-server or valkey-server is installed")
    int gateways;

    @Option(names = "--seed", defaultValue = "1", description = "a whole number")
    long seed;

    @Option(names = "--tls", description = "no value")
    boolean tls;

    /// The file for the gateway's log; null for none.
    @Option(names = "--log", description = "a file")
    @Nullable
    Path log;

    /// @throws IllegalArgumentException names the option that is wrong, and what it takes
    static Options parse(String... line) {
        var options = new Options();
        CommandLine command =
                new CommandLine(options).setExpandAtFiles(false).registerConverter(Duration.class, Options::time);
        try {
            command.parseArgs(line);
        } catch (ParameterException e) {
            // Names the option whose value could not be converted.
            throw e.getArgSpec() instanceof OptionSpec option
                    ? unfit(option)
                    : new IllegalArgumentException(e.getMessage());
        }
        options.check(command);
        return options;
    }

    private void check(CommandLine command) {
        require(command, "--rate", rate > 0 && rate <= 100_000);
        require(command, "--faults", faults >= 0 && faults <= 1);
        require(command, "--hostile", hostile >= 0 && hostile <= 10);
        require(command, "--max-slowdown", maxSlowdown >= 1);
        boolean hasStore = gateways == 1 || !StoreServer.programs().isEmpty();
        require(command, "--gateways", gateways >= 1 && gateways <= 9 && hasStore);
        require(command, "--heap", heap.matches("[1-9]\\d{0,4}[mg]"));
    }

    private static void require(CommandLine command, String option, boolean fits) {
        if (!fits) {
            throw unfit(command.getCommandSpec().findOption(option));
        }
    }

    private static IllegalArgumentException unfit(OptionSpec option) {
        return new IllegalArgumentException(option.longestName() + " takes " + option.description()[0]);
    }

    private static Duration time(String text) {
        if (!text.matches("[1-9]\\d{0,5}[smh]")) {
            throw new TypeConversionException(text);
        }
        return Duration.parse("PT" + text);
    }
}
