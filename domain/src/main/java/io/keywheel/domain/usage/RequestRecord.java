package io.keywheel.domain.usage;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that has ended, without its content.
///
/// @param client as whom its usage counts
/// @param api `json`, `sse` or `websocket`; `openai`, `responses` or `messages`, also with `_stream`; `other` for what
///     is no chat
/// @param isChat whether it was a chat of a client that was let in: only such a one counts as usage
/// @param asked the model that the client named; empty where its request could not be read
/// @param target that of the last attempt; null where nothing was asked
/// @param tokens of the last attempt, estimated where the provider did not say
public record RequestRecord(
        String id,
        String client,
        String api,
        boolean isChat,
        Timing timing,
        Ending ending,
        String asked,
        @Nullable RouteTarget target,
        TokenUsage tokens) {

    /// A thousand are kept, and what else the provider said of the cost would be most of their memory.
    public RequestRecord {
        tokens = tokens.withoutExtras();
    }

    /// @param firstContent from the beginning; null without content
    public record Timing(
            Instant began, Duration took, @Nullable Duration firstContent) {}

    /// @param status that of the answer
    /// @param attempts how many there were
    /// @param trail these in their order; of very many, the first ones and the last
    /// @param admitted whether the client's rule let it in: then it counts as used
    public record Ending(int status, Outcome outcome, int attempts, List<EndedAttempt> trail, boolean admitted) {

        public Ending {
            trail = List.copyOf(trail);
        }
    }

    /// Empty where nothing was asked.
    public String provider() {
        return target == null ? "" : target.provider().value();
    }

    /// Empty where nothing was asked.
    public String model() {
        return target == null || target.model() == null ? "" : target.model().value();
    }
}
