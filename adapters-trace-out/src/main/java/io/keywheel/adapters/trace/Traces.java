package io.keywheel.adapters.trace;

import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.domain.usage.RequestTrace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Exports traces by OpenTelemetry's protocol: a span for each request, its chat and each attempt.
///
/// A bounded queue with a background thread exports the spans and drops those that do not fit. So a slow or
/// unreachable receiver delays no request. Spans contain no content, key or token.
///
/// Attributes without `keywheel.` are those of OpenTelemetry's semantic conventions in the version of [#SCHEMA], the
/// last one with both HTTP and generative AI: `http-spans.md` and `gen-ai-spans.md` below
/// <https://github.com/open-telemetry/semantic-conventions/tree/v1.41.0/docs>.
public final class Traces implements AutoCloseable {

    private static final String SCHEMA = "https://opentelemetry.io/schemas/1.41.0";
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");

    /// The only protocol: gRPC would require another client.
    private static final String HTTP = "http/protobuf";

    /// Values for variables that are not set. The limit matters because clients choose some attribute values.
    private static final Map<String, String> DEFAULTS = Map.of("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "200");

    /// Values that override the variables: metrics are exported to Prometheus only, the log is not exported,
    /// and only W3C headers are used.
    private static final Map<String, String> FIXED = Map.of(
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf",
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none",
            "OTEL_PROPAGATORS", "none");

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final String scheme;

    /// A variable is invalid. The message contains no value that may be secret.
    public static final class UnusableException extends RuntimeException {

        private static final Pattern PROPERTY = Pattern.compile("otel(\\.[a-z]+)+");

        UnusableException(String message) {
            super(message);
        }

        /// Most messages of the SDK name no variable, and then each of `variables` may be the invalid one.
        UnusableException(ConfigurationException e, String variables) {
            this(withoutValue("Unexpected configuration error".equals(e.getMessage()) ? e.getCause() : e, variables));
        }

        /// Removes the text after a colon or an equals sign, which may be a header with the receiver's token.
        private static String withoutValue(@Nullable Throwable e, String variables) {
            String what =
                    String.valueOf(e == null ? null : e.getMessage()).replaceFirst("(?s)(?<!property): .*|=.*", "");
            what = PROPERTY.matcher(what)
                    .replaceAll(name -> name.group().toUpperCase(Locale.ROOT).replace('.', '_'));
            return what.contains("OTEL_") ? what : variables + ": " + what;
        }
    }

    private Traces(OpenTelemetrySdk sdk, String version, String scheme) {
        this.sdk = sdk;
        this.scheme = scheme;
        tracer = sdk.getTracerProvider()
                .tracerBuilder("io.keywheel")
                .setInstrumentationVersion(version)
                .setSchemaUrl(SCHEMA)
                .build();
    }

    /// Creates the exporter without sending anything.
    ///
    /// @param variables the standard `OTEL_` variables, by name
    /// @param version the version of this program
    /// @param scheme the listener's, `http` or `https`
    /// @throws UnusableException if a variable is invalid
    public static Traces open(Map<String, String> variables, String version, String scheme) {
        String own = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
        String name = variables.containsKey(own) ? own : "OTEL_EXPORTER_OTLP_PROTOCOL";
        if (!variables.getOrDefault(name, HTTP).equals(HTTP)) {
            throw new UnusableException(name + " must be " + HTTP);
        }
        try {
            return new Traces(
                    AutoConfiguredOpenTelemetrySdk.builder()
                            .addPropertiesCustomizer(_ -> properties(variables))
                            .addResourceCustomizer((resource, _) -> named(resource, version))
                            .addSpanExporterCustomizer((exporter, _) -> new WatchedExporter(exporter))
                            .disableShutdownHook()
                            .build()
                            .getOpenTelemetrySdk(),
                    version,
                    scheme);
        } catch (ConfigurationException e) {
            throw new UnusableException(e, String.join(" or ", new TreeSet<>(variables.keySet())));
        }
    }

    private static Map<String, String> properties(Map<String, String> variables) {
        var properties = new HashMap<String, String>();
        Stream.of(DEFAULTS, variables, FIXED)
                .forEach(each -> each.forEach((name, value) ->
                        properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value)));
        return properties;
    }

    private static Resource named(Resource resource, String version) {
        Resource named = Resource.create(Attributes.of(VERSION, version)).merge(resource);
        String service = resource.getAttribute(SERVICE);
        boolean isUnnamed = service == null || service.startsWith("unknown_service");
        return isUnnamed ? named.merge(Resource.create(Attributes.of(SERVICE, "keywheel"))) : named;
    }

    /// @param method `WS` for a message on a WebSocket
    /// @param headers returns a header by its lower-case name
    public RequestTrace request(String id, String method, String path, Function<String, @Nullable String> headers) {
        return RequestSpan.begin(tracer, scheme, id, method, path, headers);
    }

    public ChatTrace chat(ChatStart start) {
        return new ChatSpan(tracer, start);
    }

    /// Exports the queued spans, for at most five seconds.
    @Override
    public void close() {
        close(LONGEST_CLOSE);
    }

    void close(Duration longest) {
        sdk.getSdkTracerProvider().shutdown().join(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
