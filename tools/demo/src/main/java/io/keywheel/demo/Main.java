package io.keywheel.demo;

import io.keywheel.bootstrap.command.Console;
import io.keywheel.bootstrap.command.ExitStatus;
import io.keywheel.bootstrap.log.Logging;
import java.util.List;
import java.util.Map;

/// `./keywheel demo`.
public final class Main {

    private Main() {}

    /// Exits with 0, with 1 when the tour broke off, with 2 when the command line cannot be followed.
    public static void main(String[] arguments) {
        Logging.toStandardError();
        System.exit(run(List.of(arguments), System.getenv(), new Console(System.out, System.err)));
    }

    static int run(List<String> arguments, Map<String, String> environment, Console console) {
        return switch (String.join(" ", arguments)) {
            case "" -> new Demo(console).run(environment);
            case "--once" -> new Demo(console).runOnce(environment);
            default -> {
                console.complain("demo takes --once or nothing, not '" + String.join(" ", arguments) + "'");
                yield ExitStatus.NOT_STARTED;
            }
        };
    }
}
