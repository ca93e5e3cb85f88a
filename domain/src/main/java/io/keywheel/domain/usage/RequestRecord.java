package io.keywheel.domain.usage;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that has ended, without its content.
///
/// @param client the client to which the usage is attributed
/// @param api `json`, `sse` or `websocket`; `openai`, `responses` or `messages`, also with `_stream`; `other` for
///     requests that are no chats
/// @param isChat whether it was a chat of a client with a valid token, if tokens are needed; only such chats count
///     as usage
/// @param requestedModel the model that the client named; empty if the request could not be read
/// @param tokens the usage of the last attempt, estimated if the provider did not report it
public record RequestRecord(
        String id,
        String client,
        String api,
        boolean isChat,
        Timing timing,
        Ending ending,
        String requestedModel,
        TokenUsage tokens) {

    /// Drops the extras: a thousand records are kept, and extras would take most of their memory.
    public RequestRecord {
        tokens = tokens.withExtras(Extras.NONE);
    }

    /// @param firstContent the time from the start to the first content; null without content
    public record Timing(
            Instant began, Duration duration, @Nullable Duration firstContent) {}

    /// @param trail the attempts in order; of very many, the first ones and the last
    /// @param admitted whether the client's rule admitted the request, so that it counts as used
    public record Ending(int status, Outcome outcome, int attempts, List<EndedAttempt> trail, boolean admitted) {

        public Ending {
            trail = List.copyOf(trail);
        }
    }

    /// The provider of the last attempt; empty without an attempt.
    public String provider() {
        Target last = target();
        return last == null ? "" : last.provider().value();
    }

    /// The model of the last attempt; empty without an attempt.
    public String model() {
        Target last = target();
        return last == null ? "" : last.model().value();
    }

    private @Nullable Target target() {
        return ending.trail.isEmpty() ? null : ending.trail.getLast().target();
    }
}
