package io.keywheel.domain.usage;

import io.keywheel.domain.status.TraceContext;
import java.util.function.Consumer;

/// The trace of one request.
///
/// @param context the request's position in its trace
/// @param end ends the trace, for a stream after its last byte
public record RequestTrace(TraceContext context, Consumer<RequestRecord> end) {}
