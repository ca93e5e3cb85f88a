package io.keywheel.application.port.out;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The settings of one provider.
///
/// @param provider the adapter's own id, unless the adapter serves providers under other names
/// @param baseUrl an absolute `http` or `https` URL without a slash at its end. The adapter appends its paths, as
///     `/chat/completions` and `/models` of OpenAI's API
/// @param keys in the order of their places, from place 1 on; one [ApiKey#NONE] for a provider without keys
/// @param timeouts of each attempt, which the adapter keeps
/// @param options further settings by name. `transport` is `jdk` or `helidon`. `proxy` is the proxy for an `https` URL,
///     as `host:port` or `user:password@host:port`, percent-encoded as in a URL. The others are those of
///     [LlmProvider#options] that are set
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

    /// The value of an option may be a secret, like a key.
    @Override
    public String toString() {
        return "ProviderSettings[" + provider + " at " + baseUrl + ", " + keys.size() + " keys, " + timeouts
                + ", options " + new TreeSet<>(options.keySet()) + "]";
    }
}
