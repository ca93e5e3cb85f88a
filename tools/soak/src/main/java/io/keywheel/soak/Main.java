package io.keywheel.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/// The command `./keywheel soak`.
public final class Main {

    private static final int NOT_GOOD = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /// Exits with 0 if every request got a right answer or a clear error, with 1 if not, or with 2 after an
    /// invalid option.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(System.out, System.err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + "; see './keywheel soak --help'");
            return WRONG_USAGE;
        }
        OutputStream log = options.log == null ? OutputStream.nullOutputStream() : Files.newOutputStream(options.log);
        try (var to = new PrintStream(log, false, StandardCharsets.UTF_8)) {
            return new Soak(options, out).run(to) ? 0 : NOT_GOOD;
        }
    }
}
