package io.keywheel.application.port.out;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The settings of one provider.
///
/// @param provider the id of the adapter, or another name under which the adapter serves a provider
/// @param baseUrl an absolute `http` or `https` URL without a slash at its end. The adapter appends its paths, as
///     `/chat/completions` and `/models` of OpenAI's API
/// @param keys in the order of their slots, the first for ordinal 1; a single [ApiKey#NONE] for a provider without
///     keys
/// @param timeouts the limits that the adapter applies to each attempt
/// @param options further settings by name. `transport` is `jdk` or `helidon`. `proxy` is the proxy for an `https`
///     URL, as `host:port` or `user:password@host:port`, percent-encoded as in a URL. All other entries are
///     [options][LlmProvider#options] of the adapter that are set
public record ProviderSettings(
        ProviderId provider, String baseUrl, List<ApiKey> keys, Timeouts timeouts, Map<String, String> options) {

    public ProviderSettings {
        keys = List.copyOf(keys);
        options = Map.copyOf(options);
    }

    /// The key of a slot, such as `call.target().key().slot()`.
    public ApiKey key(KeySlot slot) {
        return keys.get(slot.ordinal() - 1);
    }

    /// The value of an option that the adapter declares; empty where it is not set.
    public <T> Optional<T> option(ProviderOption<T> option) {
        return Optional.ofNullable(options.get(option.name())).flatMap(option.form());
    }

    /// Omits the values of options, because one may be a secret.
    @Override
    public String toString() {
        return "ProviderSettings[" + provider + " at " + baseUrl + ", " + keys.size() + " keys, " + timeouts
                + ", options " + new TreeSet<>(options.keySet()) + "]";
    }
}
