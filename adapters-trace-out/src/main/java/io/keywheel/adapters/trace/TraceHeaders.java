package io.keywheel.adapters.trace;

import io.keywheel.domain.status.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Converts trace contexts to and from the headers of W3C Trace Context. No thread-local context is used.
final class TraceHeaders {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    /// The minimum that W3C requires to propagate, and more than a `traceparent` has. Longer headers are
    /// ignored.
    private static final int LONGEST = 512;

    /// The header of a span that is requested after [Traces#close].
    private static final String INVALID_TRACEPARENT = "00-" + TraceId.getInvalid() + "-" + SpanId.getInvalid() + "-00";

    private static final TextMapGetter<Function<String, @Nullable String>> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String key) {
            String value = headers == null ? null : headers.apply(key);
            return value == null || value.length() > LONGEST ? null : value;
        }
    };

    private TraceHeaders() {}

    /// The context in `headers`; the root context if they contain none or an invalid one.
    static Context read(Function<String, @Nullable String> headers) {
        return W3C.extract(Context.root(), headers, GETTER);
    }

    static Context read(@Nullable TraceContext context) {
        return context == null ? Context.root() : read(context::header);
    }

    static TraceContext write(Span span) {
        Map<String, String> headers = new HashMap<>();
        W3C.inject(
                Context.root().with(span),
                headers,
                (map, name, value) -> Objects.requireNonNull(map).put(name, value));
        return new TraceContext(
                headers.getOrDefault("traceparent", INVALID_TRACEPARENT), headers.getOrDefault("tracestate", ""));
    }
}
