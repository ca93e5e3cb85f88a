package io.keywheel.domain.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that has ended, by values of which there are few.
///
/// @param api `json`, `sse` or `websocket`; `openai`, `responses` or `messages`, also with `_stream`; `other` for what
///     is no chat
/// @param route `A` or `B`; `none` if the chat could not be parsed
/// @param outcome as in the log
/// @param firstContent from its beginning; null without content
/// @param trace where it is in a trace; null where it is in none
public record FinishedRequest(
        String api,
        String route,
        String outcome,
        Duration took,
        @Nullable Duration firstContent,
        @Nullable TraceContext trace) {

    /// One that is in no trace.
    public FinishedRequest(String api, String route, String outcome, Duration took, @Nullable Duration firstContent) {
        this(api, route, outcome, took, firstContent, null);
    }
}
