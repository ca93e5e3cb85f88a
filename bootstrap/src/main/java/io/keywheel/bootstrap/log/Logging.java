package io.keywheel.bootstrap.log;

import io.keywheel.adapters.http.HttpGateway;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Where the log goes. Everything logs through [System.Logger], which the
/// platform hands to `java.util.logging`.
public final class Logging {

    private static final Logger ROOT = Logger.getLogger("");

    /// Held here, because an unreferenced logger is collected together with its level.
    private static final Logger OWN = Logger.getLogger("io.keywheel");

    private static final Logger SERVER = Logger.getLogger("io.helidon");

    private static final Logger TRACES = Logger.getLogger("io.opentelemetry");

    private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");

    private Logging() {}

    /// As [#toStandardError(LogSettings)], until the settings are read.
    public static void toStandardError() {
        toStandardError(LogSettings.DEFAULT);
    }

    /// Logs at the level of the settings: the HTTP server from WARN on, other libraries from INFO on, because their
    /// lower levels may contain secrets.
    public static void toStandardError(LogSettings settings) {
        Handler[] before = ROOT.getHandlers();
        ROOT.addHandler(AsyncHandler.start(new FileOutputStream(FileDescriptor.err), format(settings.style())));
        for (Handler handler : before) {
            ROOT.removeHandler(handler);
            handler.close();
        }
        Level least = settings.detail().level();
        OWN.setLevel(least);
        ROOT.setLevel(stricter(least, Level.INFO));
        SERVER.setLevel(stricter(least, Level.WARNING));
        // It logs each export that fails, with the receiver's words; the adapter logs the first in a sentence.
        TRACES.setLevel(Level.OFF);
        // It logs starts and stops, with stack traces; the commands report both in a sentence.
        SERVER_START.setLevel(Level.OFF);
    }

    /// As [#toStandardError()], but only warnings.
    public static void warningsOnly() {
        toStandardError(new LogSettings(LogSettings.Style.TEXT, LogSettings.Detail.WARN));
    }

    private static Formatter format(LogSettings.Style style) {
        return switch (style) {
            case TEXT -> new LineFormat(HttpGateway::currentRequest);
            case JSON -> new JsonFormat(HttpGateway::currentRequest);
        };
    }

    private static Level stricter(Level one, Level other) {
        return one.intValue() > other.intValue() ? one : other;
    }
}
