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

/// Places in a trace, to and from the headers of W3C's Trace Context. No thread keeps one.
final class TraceHeaders {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    /// What W3C asks to pass on at least, and more than a `traceparent` has. A client may send a lot more.
    private static final int LONGEST = 512;

    /// The header of a span that was asked for after the end.
    private static final String INVALID_TRACEPARENT = "00-" + TraceId.getInvalid() + "-" + SpanId.getInvalid() + "-00";

    private static final TextMapGetter<Function<String, @Nullable String>> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String key) {
            String value = headers == null ? null : headers.apply(key);
            return value == null || value.length() > LONGEST ? null : value;
        }
    };

    private TraceHeaders() {}

    /// The place that `headers` name; none where they name none, or not as they should.
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
