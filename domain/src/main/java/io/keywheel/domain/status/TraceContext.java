package io.keywheel.domain.status;

import org.jspecify.annotations.Nullable;

/// A span of a distributed trace, by the headers of W3C's Trace Context.
///
/// @param traceparent `00-`, the trace's id, the span's id and flags: <https://www.w3.org/TR/trace-context/>
/// @param tracestate vendor-specific data of tracing systems; empty for none
public record TraceContext(String traceparent, String tracestate) {

    private static final int TRACE = 3;
    private static final int SPAN = TRACE + 33;
    private static final int FLAGS = SPAN + 17;

    public TraceContext {
        if (traceparent.length() != FLAGS + 2) {
            throw new IllegalArgumentException("a traceparent has " + (FLAGS + 2) + " characters");
        }
    }

    /// 32 hex digits.
    public String traceId() {
        return traceparent.substring(TRACE, SPAN - 1);
    }

    /// 16 hex digits.
    public String spanId() {
        return traceparent.substring(SPAN, FLAGS - 1);
    }

    public boolean isSampled() {
        return Character.digit(traceparent.charAt(FLAGS + 1), 16) % 2 == 1;
    }

    /// The value of one of the two headers, by its name in lower case.
    public @Nullable String header(String name) {
        return switch (name) {
            case "traceparent" -> traceparent;
            case "tracestate" -> tracestate.isEmpty() ? null : tracestate;
            default -> null;
        };
    }
}
