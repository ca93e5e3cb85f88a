package io.keywheel.application.port.out;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// How a provider is to be spoken to.
///
/// @param provider the adapter's own id, but for the adapter that serves all providers without one
/// @param baseUrl an absolute `http` or `https` URL without a slash at its end; what follows is the wire's own,
///     as `/chat/completions` and `/models` of OpenAI's
/// @param keys in the order of their places, the first being place 1; one [ApiKey#NONE] for a provider
///     without keys
/// @param timeouts for each attempt, and the adapter's to keep
/// @param options what not every adapter understands, by name: `transport`, which is `jdk` or `helidon`;
///     `proxy`, which an `https` URL is reached by, as `host:port`, or as `user:password@host:port`, percent-encoded
///     as in a URL; and what is set of the [LlmProvider#options] it declares
public record ProviderSettings(
        ProviderId provider, String baseUrl, List<ApiKey> keys, Timeouts timeouts, Map<String, String> options) {

    public ProviderSettings {
        keys = List.copyOf(keys);
        options = Map.copyOf(options);
    }

    /// The key at a place of the provider, as in `call.target().key().slot()`.
    public ApiKey key(KeySlot slot) {
        return keys.get(slot.ordinal() - 1);
    }

    /// The value of an option that the adapter declares; empty where it is not set.
    public <T> Optional<T> option(ProviderOption<T> option) {
        return Optional.ofNullable(options.get(option.name())).flatMap(option.form());
    }

    /// What is set of an option may be a secret, like a key.
    @Override
    public String toString() {
        return "ProviderSettings[" + provider + " at " + baseUrl + ", " + keys.size() + " keys, " + timeouts
                + ", options " + new TreeSet<>(options.keySet()) + "]";
    }
}
