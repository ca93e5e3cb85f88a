package io.keywheel.bootstrap.settings;

import java.util.Map;

/// Whether traces are sent, and how: the standard variables, which OpenTelemetry reads itself.
///
/// @param variables those that begin with `OTEL_`
public record TraceSettings(Map<String, String> variables) {

    static final String PREFIX = "OTEL_";

    public TraceSettings {
        variables = Map.copyOf(variables);
    }

    /// Where nothing names a receiver, nothing is sent.
    public boolean areSent() {
        return (variables.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
                        || variables.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
                && !"true".equalsIgnoreCase(variables.get("OTEL_SDK_DISABLED"))
                && !"none".equalsIgnoreCase(variables.get("OTEL_TRACES_EXPORTER"));
    }

    /// Without the variables: the receiver's token may be among them.
    @Override
    public String toString() {
        return "TraceSettings[" + (areSent() ? "sent" : "none") + "]";
    }
}
