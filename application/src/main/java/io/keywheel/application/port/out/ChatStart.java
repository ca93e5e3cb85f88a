package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.status.TraceContext;
import org.jspecify.annotations.Nullable;

/// A chat that begins, without its content. Its model exists, and its client's limits admit it.
///
/// @param trace the trace context of the request; null for none
/// @param client the name of the client, which is no secret; null for unknown
/// @param model as the caller named it; `auto` for none
public record ChatStart(
        @Nullable TraceContext trace, @Nullable String client, String model, Sampling sampling, boolean streamed) {}
