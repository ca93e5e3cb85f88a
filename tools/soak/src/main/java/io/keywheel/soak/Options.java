package io.keywheel.soak;

import io.keywheel.store.StoreServer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options of `./keywheel soak`; the launcher prints its `--help`.
final class Options {

    @Option(names = "--duration", defaultValue = "1m", converter = Time.class)
    Duration duration = Duration.ofMinutes(1);

    /// Requests per second.
    @Option(names = "--rate", defaultValue = "100")
    double rate;

    /// The share of failing calls to the providers.
    @Option(names = "--faults", defaultValue = "0.2")
    double faults;

    /// The number of hostile clients of each kind, relative to the usual number; 0 for none, and no absurd
    /// values.
    @Option(names = "--hostile", defaultValue = "1")
    double hostile;

    /// The maximum ratio of the good clients' p99 with hostile clients to that without.
    @Option(names = "--max-slowdown", defaultValue = "3")
    double maxSlowdown;

    @Option(names = "--probe-timeout", defaultValue = "5s", converter = Time.class)
    Duration probeTimeout = Duration.ofSeconds(5);

    /// The value of the gateway's `-Xmx`.
    @Option(names = "--heap", defaultValue = "256m")
    String heap = "256m";

    /// The number of gateways, which share a failing store; 1 for one gateway without a store.
    @Option(names = "--gateways", defaultValue = "1")
    int gateways;

    @Option(names = "--seed", defaultValue = "1")
    long seed;

    @Option(names = "--tls")
    boolean tls;

    /// The file for the gateway's log; null for none.
    @Option(names = "--log")
    @Nullable
    Path log;

    /// @throws IllegalArgumentException names the option that is out of range
    void check() {
        check("--rate", rate > 0 && rate <= 100_000, "a number above 0, up to 100000");
        check("--faults", faults >= 0 && faults <= 1, "a number from 0 to 1");
        check("--hostile", hostile >= 0 && hostile <= 10, "a number from 0 to 10");
        check("--max-slowdown", maxSlowdown >= 1, "a number of at least 1");
        check("--gateways", gateways >= 1 && gateways <= 9, "a number from 1 to 9");
        boolean hasStore = gateways == 1 || !StoreServer.programs().isEmpty();
        check("--gateways", hasStore, "more than 1 only where redis-server or valkey-server is installed");
        check("--heap", heap.matches("[1-9]\\d{0,4}[mg]"), "a size such as 128m or 1g");
    }

    private static void check(String option, boolean fits, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(option + " takes " + expected);
        }
    }

    private static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("[1-9]\\d{0,5}[smh]")) {
                throw new TypeConversionException("'" + text + "' is not a time such as 90s, 10m or 1h");
            }
            return Duration.parse("PT" + text);
        }
    }
}
