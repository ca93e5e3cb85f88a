package io.keywheel.simulator;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/// Runs a simulator alone, until it is stopped. `--help` says how.
public final class Main {

    private static final int USAGE_ERROR = 2;

    private Main() {}

    /// Exits with 0 after SIGTERM or SIGINT, with 2 when the command line cannot be followed.
    public static void main(String[] line) throws InterruptedException {
        int status = run(System.out, System.err, line);
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(PrintStream out, PrintStream err, String... line) throws InterruptedException {
        try {
            var options = Options.parse(line);
            if (options.help()) {
                out.print(Options.USAGE);
                return 0;
            }
            var simulator = start(options);
            // The JVM would end with 143; a stop that was asked for is no failure.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                simulator.close();
                Runtime.getRuntime().halt(0);
            }));
            out.println("Simulator ready: Groq at " + simulator.baseUrl(Provider.GROQ)
                    + " (keys gsk_one, gsk_two, gsk_two_b), Cerebras at " + simulator.baseUrl(Provider.CEREBRAS)
                    + " (keys csk-one, csk-two), keyless at " + simulator.baseUrl(Provider.COMPATIBLE));
            new CountDownLatch(1).await();
            return 0;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + "; --help says more");
        } catch (UncheckedIOException e) {
            err.println("cannot listen there: " + e.getMessage());
        }
        return USAGE_ERROR;
    }

    private static Simulator start(Options options) {
        var simulator = Simulator.start(options.scenario());
        for (var provider : Provider.values()) {
            for (var fault : options.faults()) {
                simulator.on(provider).sometimes(options.faultRate(), fault);
            }
        }
        return simulator;
    }
}
