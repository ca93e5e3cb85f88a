package io.keywheel.bootstrap.settings;

import java.util.Map;

/// Whether and how traces are sent: the standard variables, which OpenTelemetry itself parses.
///
/// @param variables the variables with the prefix `OTEL_`
public record TraceSettings(Map<String, String> variables) {

    static final String PREFIX = "OTEL_";

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

    /// Omits the variables: one may contain the receiver's token.
    @Override
    public String toString() {
        return "TraceSettings[" + (areSent() ? "sent" : "none") + "]";
    }
}
