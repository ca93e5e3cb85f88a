package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// What one attempt asks, and whom.
///
/// @param target the model, and the place of the key: [ProviderSettings#key] finds the key itself
/// @param extras what else the caller said, each as the JSON it is: it is carried, or the attempt is
///     `Unsupported`
/// @param timeLeft until the deadline of the whole request; an attempt that only this ends is `OutOfTime`,
///     which is no provider's fault. It may be years; it may be zero or less, where the deadline has just passed
public record LlmCall(Target target, Conversation conversation, Sampling sampling, Extras extras, Duration timeLeft) {}
