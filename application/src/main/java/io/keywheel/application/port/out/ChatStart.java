package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.status.TraceContext;
import org.jspecify.annotations.Nullable;

/// A chat that begins, without its content: its model was found and its client may ask.
///
/// @param trace what it is a part of; null for nothing
/// @param client a name of who asks, which is no secret; null for unknown
/// @param model as the caller named it
/// @param streamed whether the answer goes out in chunks
public record ChatStart(
        @Nullable TraceContext trace, @Nullable String client, String model, Sampling sampling, boolean streamed) {}
