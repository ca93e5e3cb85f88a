package io.keywheel.application.port.in;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.status.TraceContext;
import org.jspecify.annotations.Nullable;

/// A request for a chat.
///
/// @param sampling [Sampling#DEFAULT] leaves everything to the provider
/// @param extras further fields of the request, which goes to no provider whose protocol cannot express them
/// @param selection [ModelSelector#ANY] for any provider's default model
/// @param fallback if false, at most one attempt is made, and its failure is returned
/// @param client the name of the client, which is no secret; null for unknown
/// @param cacheKey the client's name for its conversation; null to recognise it by its text
/// @param trace the context of the request in a distributed trace; null for none
/// @param usageSink [UsageSink#NONE] for none
/// @param hops how many gateways the request has passed before this one, from 0
public record ChatCommand(
        Conversation conversation,
        Sampling sampling,
        Extras extras,
        ModelSelector selection,
        boolean fallback,
        @Nullable String client,
        @Nullable String cacheKey,
        @Nullable TraceContext trace,
        UsageSink usageSink,
        int hops) {

    public ChatCommand {
        requireNonNull(conversation);
        requireNonNull(sampling);
        requireNonNull(extras);
        requireNonNull(selection);
        requireNonNull(usageSink);
    }

    public ChatCommand(
            Conversation conversation, Sampling sampling, Extras extras, ModelSelector selection, boolean fallback) {
        this(conversation, sampling, extras, selection, fallback, null, null, null, UsageSink.NONE, 0);
    }

    public ChatCommand withClient(@Nullable String client) {
        return new ChatCommand(
                conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink, hops);
    }

    public ChatCommand withTrace(@Nullable TraceContext trace) {
        return new ChatCommand(
                conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink, hops);
    }

    public ChatCommand withHops(int hops) {
        return new ChatCommand(
                conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink, hops);
    }

    public ChatCommand withUsageSink(UsageSink usageSink) {
        return new ChatCommand(
                conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink, hops);
    }

    public ChatCommand withCacheKey(@Nullable String cacheKey) {
        return new ChatCommand(
                conversation, sampling, extras, selection, fallback, client, cacheKey, trace, usageSink, hops);
    }

    /// Any provider's default model, with fallback.
    public static ChatCommand of(Conversation conversation) {
        return new ChatCommand(conversation, Sampling.DEFAULT, Extras.NONE, ModelSelector.ANY, true);
    }
}
