package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// One attempt's call of a provider.
///
/// @param target the model, and the place of the key: [ProviderSettings#key] finds the key itself
/// @param extras the caller's other fields, as JSON: the adapter sends them, or fails with `Unsupported`
/// @param timeLeft the time until the deadline of the request; from years to less than zero. An attempt that this
///     deadline alone ends is `OutOfTime`: the provider is not at fault
public record LlmCall(Target target, Conversation conversation, Sampling sampling, Extras extras, Duration timeLeft) {}
