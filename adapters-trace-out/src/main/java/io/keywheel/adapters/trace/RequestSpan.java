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
                .setAttribute("url.scheme", scheme)
                .setAttribute("url.path", path)
                .setAttribute("http.route", path)
                .setAttribute("keywheel.request.id", id);
        if (isSocket) {
            builder.setAttribute("network.protocol.name", "websocket");
        } else if (isKnown) {
            builder.setAttribute("http.request.method", method);
        } else {
            builder.setAttribute("http.request.method", "_OTHER").setAttribute("http.request.method_original", method);
        }
        String host = headers.apply("host");
        Matcher address = HOST.matcher(host == null ? "" : host);
        if (address.matches()) {
            builder.setAttribute("server.address", address.group(1).replaceAll("[\\[\\]]", ""));
            if (address.group(2) != null) {
                builder.setAttribute("server.port", Long.parseLong(address.group(2)));
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
        span.setAttribute("http.response.status_code", status)
                .setAttribute("keywheel.api", request.api())
                .setAttribute(
                        "keywheel.client", request.client().equals(ClientRules.ANONYMOUS) ? null : request.client());
        boolean ok = outcome.isOk();
        if (!ok || status >= 400) {
            span.setAttribute("error.type", ok ? String.valueOf(status) : outcome.label());
        }
        if (status >= 500 || (!ok && status < 400 && !outcome.isEndedByClient())) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
