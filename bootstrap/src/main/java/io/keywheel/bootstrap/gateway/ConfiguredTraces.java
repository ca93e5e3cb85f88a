package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.trace.Traces;
import io.keywheel.bootstrap.settings.Settings;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// Opens the trace exporter that the settings describe.
final class ConfiguredTraces {

    private static final System.Logger LOG = System.getLogger("io.keywheel.traces");

    private ConfiguredTraces() {}

    /// Null if traces are off; no class of OpenTelemetry is loaded then. Invalid `OTEL_` variables do not
    /// prevent the start, because other programs on this host use them too.
    static @Nullable Traces open(Settings settings) {
        if (!settings.traces().areSent()) {
            return null;
        }
        try {
            String scheme = settings.listener().tls() == null ? "http" : "https";
            Traces traces = Traces.open(settings.traces().variables(), RunningGateway.version(), scheme);
            LOG.log(Level.INFO, "Traces are sent, as the OTEL_ variables say");
            return traces;
        } catch (Traces.UnusableException e) {
            LOG.log(Level.WARNING, "No traces are sent: {0}", e.getMessage());
            return null;
        }
    }
}
