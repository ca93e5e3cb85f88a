package io.keywheel.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/// `./keywheel soak`.
public final class Main {

    private static final int NOT_GOOD = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /// Exits with 0 when every request got a right answer or a clear error, with 1 when not, with 2 when the command
    /// line cannot be followed.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + "; './keywheel soak --help' says more");
            return WRONG_USAGE;
        }
        try (var log = log(options)) {
            return new Soak(options, out).run(log) ? 0 : NOT_GOOD;
        }
    }

    private static PrintStream log(Options options) throws IOException {
        OutputStream to =
                options.log() == null ? OutputStream.nullOutputStream() : Files.newOutputStream(options.log());
        return new PrintStream(to, false, StandardCharsets.UTF_8);
    }
}
