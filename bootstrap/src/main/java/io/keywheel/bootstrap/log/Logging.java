package io.keywheel.bootstrap.log;

import io.keywheel.adapters.http.HttpGateway;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Configures the log on standard error. All components log through [System.Logger], whose backend is
/// `java.util.logging`.
public final class Logging {

    private static final Logger ROOT = Logger.getLogger("");

    // Held here, because an unreferenced logger is collected together with its level.
    private static final Logger OWN = Logger.getLogger("io.keywheel");
    private static final Logger SERVER = Logger.getLogger("io.helidon");
    private static final Logger TRACES = Logger.getLogger("io.opentelemetry");
    private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");
    private static final Logger LISTENER = Logger.getLogger("io.helidon.webserver.ServerListener");

    private Logging() {}

    /// Logs at the level of the settings. The HTTP server logs from WARN on and other libraries from INFO on,
    /// because their lower levels may contain secrets.
    public static void toStandardError(LogSettings settings) {
        Handler[] before = ROOT.getHandlers();
        ROOT.addHandler(AsyncHandler.start(new FileOutputStream(FileDescriptor.err), format(settings.style())));
        for (Handler handler : before) {
            ROOT.removeHandler(handler);
            handler.close();
        }
        Level least = settings.detail().level;
        OWN.setLevel(least);
        ROOT.setLevel(stricter(least, Level.INFO));
        SERVER.setLevel(stricter(least, Level.WARNING));
        // OpenTelemetry logs each failed export with the receiver's message. The trace adapter logs the first.
        TRACES.setLevel(Level.OFF);
        // Helidon logs starts and stops with stack traces. The commands report both in one line.
        SERVER_START.setLevel(Level.OFF);
        LISTENER.setFilter(event -> !isOrdinaryStop(event));
    }

    /// Whether Helidon logs a stack trace because a client connects at the moment of a stop.
    private static boolean isOrdinaryStop(LogRecord event) {
        return event.getThrown() instanceof RejectedExecutionException
                || event.getThrown() instanceof ClosedChannelException;
    }

    /// Waits up to one second until the lines so far are written, so that a command's output follows them.
    public static void flush() {
        for (Handler handler : ROOT.getHandlers()) {
            handler.flush();
        }
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
