package io.keywheel.application.port.in;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;

/// What is to be answered, and by whom.
///
/// @param fallback false: exactly one attempt, whose own failure is the answer
public record ChatCommand(
        Conversation conversation, Sampling sampling, Extras extras, ModelSelector selection, boolean fallback) {

    /// Any provider's default model, with fallback.
    public static ChatCommand of(Conversation conversation) {
        return new ChatCommand(conversation, Sampling.DEFAULT, Extras.NONE, ModelSelector.ANY, true);
    }
}
