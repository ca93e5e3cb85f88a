package io.keywheel.adapters.trace;

import io.keywheel.domain.status.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Places in a trace, to and from the headers of W3C's Trace Context. No thread keeps one.
final class Headers {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Function<String, @Nullable String>> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String key) {
            return headers == null ? null : headers.apply(key);
        }
    };

    private Headers() {}

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
                Objects.requireNonNull(headers.get("traceparent")), headers.getOrDefault("tracestate", ""));
    }
}
