package io.keywheel.application.port.in;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.status.TraceContext;
import org.jspecify.annotations.Nullable;

/// What is to be answered, and by whom.
///
/// @param fallback false: exactly one attempt, whose own failure is the answer
/// @param client a name of who asks, which is no secret; null for unknown
/// @param cacheKey what the client tells its conversations apart by; null: their text tells
/// @param trace what it is a part of in a distributed trace; null for nothing
public record ChatCommand(
        Conversation conversation,
        Sampling sampling,
        Extras extras,
        ModelSelector selection,
        boolean fallback,
        @Nullable String client,
        @Nullable String cacheKey,
        @Nullable TraceContext trace,
        UsageSink usageSink) {

    public ChatCommand(
            Conversation conversation, Sampling sampling, Extras extras, ModelSelector selection, boolean fallback) {
        this(conversation, sampling, extras, selection, fallback, null, null, null, UsageSink.NONE);
    }

    /// The same, asked by `client`.
    public ChatCommand by(@Nullable String client) {
        return new ChatCommand(conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink);
    }

    /// The same, as a part of `trace`.
    public ChatCommand in(@Nullable TraceContext trace) {
        return new ChatCommand(conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink);
    }

    /// The same, observed by `usageSink`.
    public ChatCommand reportingTo(UsageSink usageSink) {
        return new ChatCommand(conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink);
    }

    /// The same, as a part of the conversation that the client has named so.
    public ChatCommand withCacheKey(@Nullable String cacheKey) {
        return new ChatCommand(conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink);
    }

    /// Any provider's default model, with fallback.
    public static ChatCommand of(Conversation conversation) {
        return new ChatCommand(conversation, Sampling.DEFAULT, Extras.NONE, ModelSelector.ANY, true);
    }
}
