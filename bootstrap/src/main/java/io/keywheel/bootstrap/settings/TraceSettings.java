package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.trace.Traces;
import java.lang.System.Logger.Level;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether and how traces are sent: the standard variables, which OpenTelemetry itself parses.
///
/// @param variables the variables with the prefix `OTEL_`
public record TraceSettings(Map<String, String> variables) {

    static final String PREFIX = "OTEL_";

    private static final System.Logger LOG = System.getLogger("io.keywheel.traces");

    public TraceSettings {
        variables = Map.copyOf(variables);
    }

    /// True only if a variable names a receiver, and none turns traces off.
    public boolean areSent() {
        return (variables.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
                        || variables.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
                && !"true".equalsIgnoreCase(variables.get("OTEL_SDK_DISABLED"))
                && !"none".equalsIgnoreCase(variables.get("OTEL_TRACES_EXPORTER"));
    }

    /// Opens the exporter. Null if traces are off; no class of OpenTelemetry is loaded then. Invalid variables do not
    /// prevent the start, because other programs on this host use them too.
    public @Nullable Traces open(String version, String scheme) {
        if (!areSent()) {
            return null;
        }
        try {
            Traces traces = Traces.open(variables, version, scheme);
            LOG.log(Level.INFO, "Traces are sent, as the OTEL_ variables say");
            return traces;
        } catch (Traces.UnusableException e) {
            LOG.log(Level.WARNING, "No traces are sent: {0}", e.getMessage());
            return null;
        }
    }

    /// Omits the variables: one may contain the receiver's token.
    @Override
    public String toString() {
        return "TraceSettings[" + (areSent() ? "sent" : "none") + "]";
    }
}
