package io.keywheel.adapters.trace;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.ResourceBuilder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sends traces to a receiver of OpenTelemetry's protocol: a span for each request, for its chat and for each attempt.
///
/// They wait in a bounded queue for a thread of their own, which drops what does not fit: a receiver that is slow or
/// gone costs no request anything. They hold no content, no key and no token.
public final class Traces implements ChatEvents, AutoCloseable {

    private static final long LONGEST_CLOSE_SECONDS = 5;
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");

    /// gRPC would need another client.
    private static final String HTTP = "http/protobuf";

    /// Where the variables leave it open. A client chooses some names.
    private static final Map<String, String> DEFAULTS = Map.of("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "200");

    /// Metrics are Prometheus', the log is a log, and the headers are W3C's whatever the variables say.
    private static final Map<String, String> FIXED = Map.of(
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            HTTP,
            "OTEL_METRICS_EXPORTER",
            "none",
            "OTEL_LOGS_EXPORTER",
            "none",
            "OTEL_PROPAGATORS",
            "none");

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final String scheme;

    /// Follows one request.
    public interface Request {

        /// Where it is in its trace.
        TraceContext context();

        /// It has ended.
        ///
        /// @param client a name of who asked; null for unknown
        void ended(@Nullable String client, RequestRecord request);
    }

    /// The variables cannot be used. The message names no value that may be a secret.
    public static final class UnusableException extends RuntimeException {

        private static final long serialVersionUID = 1;
        private static final Pattern PROPERTY = Pattern.compile("otel(\\.[a-z]+)+");

        UnusableException(String message) {
            super(message);
        }

        UnusableException(ConfigurationException e) {
            this(withoutValue("Unexpected configuration error".equals(e.getMessage()) ? e.getCause() : e));
        }

        /// Behind a colon or an equals sign there may be the headers of the receiver, with its token.
        private static String withoutValue(@Nullable Throwable e) {
            String what =
                    String.valueOf(e == null ? null : e.getMessage()).replaceFirst("(?s)(?<!property): .*|=.*", "");
            return PROPERTY.matcher(what)
                    .replaceAll(name -> name.group().toUpperCase(Locale.ROOT).replace('.', '_'));
        }
    }

    private Traces(OpenTelemetrySdk sdk, String version, String scheme) {
        this.sdk = sdk;
        this.scheme = scheme;
        tracer = sdk.getTracerProvider()
                .tracerBuilder("io.keywheel")
                .setInstrumentationVersion(version)
                .setSchemaUrl(Names.SCHEMA)
                .build();
    }

    /// Nothing is sent yet.
    ///
    /// @param variables the standard ones, `OTEL_…`, by their names
    /// @param version that of this program
    /// @param scheme `http` or `https`, as requests come in
    /// @throws UnusableException where a variable cannot be used
    public static Traces open(Map<String, String> variables, String version, String scheme) {
        String general = "OTEL_EXPORTER_OTLP_PROTOCOL";
        String own = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
        String name = variables.containsKey(own) ? own : general;
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
            throw new UnusableException(e);
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
        ResourceBuilder named = resource.toBuilder();
        String service = resource.getAttribute(SERVICE);
        if (service == null || service.startsWith("unknown_service")) {
            named.put(SERVICE, "keywheel");
        }
        if (resource.getAttribute(VERSION) == null) {
            named.put(VERSION, version);
        }
        return named.build();
    }

    /// A request begins.
    ///
    /// @param method `WS` for a message on a WebSocket
    /// @param headers finds a header by its name in lower case
    public Request request(String id, String method, String path, Function<String, @Nullable String> headers) {
        return new RequestSpan(tracer, scheme, id, method, path, headers);
    }

    @Override
    public ChatTrace begun(ChatStart start) {
        return new ChatSpan(tracer, start);
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        // The state of keys is no part of a request.
    }

    /// Sends what is left, for at most five seconds.
    @Override
    public void close() {
        sdk.getSdkTracerProvider().shutdown().join(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
