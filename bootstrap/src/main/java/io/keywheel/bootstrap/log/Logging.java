package io.keywheel.bootstrap.log;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Where the log goes. Everything logs through [System.Logger], which the platform hands to `java.util.logging`.
public final class Logging {

    private static final Logger ROOT = Logger.getLogger("");

    /// Loggers are kept only as long as somebody holds them, and their levels with them.
    private static final List<Logger> QUIET = List.of(Logger.getLogger("io.helidon"));

    private Logging() {}

    /// Every line from INFO up goes to standard error, those of the HTTP server only when they are warnings.
    public static void toStandardError() {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new LineFormat());
        ROOT.addHandler(handler);
        ROOT.setLevel(Level.INFO);
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    }

    /// As [#toStandardError], but only warnings.
    public static void warningsOnly() {
        ROOT.setLevel(Level.WARNING);
    }
}
