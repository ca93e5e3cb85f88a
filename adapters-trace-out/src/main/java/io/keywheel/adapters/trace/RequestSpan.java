package io.keywheel.adapters.trace;

import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Records the span of one request, or of one message on a WebSocket.
final class RequestSpan {

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-fA-F:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?");

    private RequestSpan() {}

    static RequestTrace begin(
            Tracer tracer,
            String scheme,
            String id,
            String method,
            String path,
            Function<String, @Nullable String> headers) {
        boolean isSocket = method.equals("WS");
        boolean isKnown = isSocket || METHODS.contains(method);
        var builder = tracer.spanBuilder((isKnown ? method : "HTTP") + " " + path)
                .setSpanKind(SpanKind.SERVER)
                .setParent(TraceHeaders.read(headers))
                .setAttribute(SpanAttributes.SCHEME, scheme)
                .setAttribute(SpanAttributes.PATH, path)
                .setAttribute(SpanAttributes.ROUTE, path)
                .setAttribute(SpanAttributes.REQUEST_ID, id);
        if (isSocket) {
            builder.setAttribute(SpanAttributes.PROTOCOL, "websocket");
        } else if (isKnown) {
            builder.setAttribute(SpanAttributes.METHOD, method);
        } else {
            builder.setAttribute(SpanAttributes.METHOD, "_OTHER").setAttribute(SpanAttributes.ORIGINAL_METHOD, method);
        }
        String host = headers.apply("host");
        Matcher address = HOST.matcher(host == null ? "" : host);
        if (address.matches()) {
            builder.setAttribute(SpanAttributes.SERVER, address.group(1).replaceAll("[\\[\\]]", ""));
            if (address.group(2) != null) {
                builder.setAttribute(SpanAttributes.PORT, Long.parseLong(address.group(2)));
            }
        }
        Span span = builder.startSpan();
        return new RequestTrace(TraceHeaders.write(span), request -> end(span, request));
    }

    /// Ends the span. Its status is an error for 5xx and for an interrupted stream, not for other 4xx or a
    /// disconnected client.
    private static void end(Span span, RequestRecord request) {
        int status = request.ending().status();
        Outcome outcome = request.ending().outcome();
        span.setAttribute(SpanAttributes.STATUS, status)
                .setAttribute(SpanAttributes.API, request.api())
                .setAttribute(
                        SpanAttributes.CLIENT,
                        request.client().equals(ClientRules.ANONYMOUS) ? null : request.client());
        boolean ok = outcome.isOk();
        if (!ok || status >= 400) {
            span.setAttribute(SpanAttributes.ERROR, ok ? String.valueOf(status) : outcome.label());
        }
        if (status >= 500 || (!ok && status < 400 && !outcome.isEndedByClient())) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
