package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// How a provider is to be spoken to.
///
/// @param baseUrl an absolute `http` or `https` URL without a slash at its end; `/chat/completions` and
///     `/models` follow
/// @param keys in the order of their places, the first being place 1; one [ApiKey#NONE] for a provider
///     without keys
/// @param options what only the adapter understands, by name, such as `transport`, or
///     `proxy`, which an `https` URL is reached by: `host:port`
public record ProviderSettings(
        ProviderId provider, String baseUrl, List<ApiKey> keys, Timeouts timeouts, Map<String, String> options) {

    public ProviderSettings {
        keys = List.copyOf(keys);
        options = Map.copyOf(options);
    }
}
