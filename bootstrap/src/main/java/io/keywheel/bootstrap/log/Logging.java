package io.keywheel.bootstrap.log;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Where the log goes. Everything logs through [System.Logger], which the platform hands to `java.util.logging`.
public final class Logging {

    private static final Logger ROOT = Logger.getLogger("");

    /// Loggers are kept only as long as somebody holds them, and their levels with them.
    private static final Logger SERVER = Logger.getLogger("io.helidon");

    private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");

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
        SERVER.setLevel(Level.WARNING);
        // Nothing but how a start or stop went, with stack traces; whoever starts it says so in a sentence.
        SERVER_START.setLevel(Level.OFF);
    }

    /// As [#toStandardError], but only warnings.
    public static void warningsOnly() {
        ROOT.setLevel(Level.WARNING);
    }
}
