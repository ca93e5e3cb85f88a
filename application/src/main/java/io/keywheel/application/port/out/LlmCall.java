package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// What one attempt asks, and whom.
///
/// @param timeLeft until the deadline of the whole request; an attempt that only this ends is `OutOfTime`, which is
///     nobody's fault
public record LlmCall(Target target, Conversation conversation, Sampling sampling, Extras extras, Duration timeLeft) {}
