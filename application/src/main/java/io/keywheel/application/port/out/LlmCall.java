package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// One attempt's call of a provider.
///
/// @param target the model and the key's slot: [ProviderSettings#key] finds the key
/// @param extras the other fields of the request, as JSON: the adapter sends them, or fails with `Unsupported`
/// @param timeLeft the time until the request's deadline; zero or negative if it has passed. An attempt that only
///     this deadline ends fails with `OutOfTime`, because the provider is not at fault
/// @param hops how many gateways the request has passed before this one, from 0; adapters on the SDK send it
public record LlmCall(
        Target target, Conversation conversation, Sampling sampling, Extras extras, Duration timeLeft, int hops) {}
