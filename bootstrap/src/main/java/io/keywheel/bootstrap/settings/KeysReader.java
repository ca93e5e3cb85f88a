package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.settings.values.ProviderKeys;
import io.keywheel.bootstrap.settings.values.Secrets;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads the keys of one provider.
record KeysReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    /// The provider's key format is checked only at its default base URL: another server, such as a proxy, may
    /// use other keys.
    ///
    /// @param url the base URL that the keys are sent to
    /// @return empty if the provider is left out
    SequencedMap<ApiKey, PoolKey> read(ProviderId id, @Nullable String url) {
        String name = ProviderVariables.of(id).keys();
        int problemsBefore = messages.problems().size();
        int warningsBefore = messages.warnings().size();
        Optional<String> text = variables.text(name);
        Optional<ProviderKeys> known = ProviderKeys.of(id);
        boolean isElsewhere = !Objects.equals(url, ProviderReader.normalized(adapters.defaults(id)));
        SequencedMap<ApiKey, PoolKey> keys =
                new Secrets(messages).keys(id, name, text.orElse(""), isElsewhere ? null : known.orElse(null));
        if (!keys.isEmpty() || messages.problems().size() > problemsBefore) {
            return keys;
        }
        if (isElsewhere
                ? adapters.speaking(id).defaults().keyless()
                : adapters.defaults(id).keyless()) {
            return Secrets.none(id);
        }
        if (messages.warnings().size() > warningsBefore) {
            // The warning about a placeholder explains it already.
            return keys;
        }
        String lack = text.isPresent() ? "is set, but holds no key" : variables.lack(name);
        String advice = known.map(keysOf -> "; to use it, make a key at " + keysOf.page())
                .orElse("");
        messages.notice("%s is left out, because %s %s%s".formatted(id, name, lack, advice));
        return keys;
    }
}
