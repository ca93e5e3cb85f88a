package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.settings.values.ProviderKeys;
import io.keywheel.bootstrap.settings.values.Secrets;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the keys of one provider.
record KeysReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    /// The provider's key format is checked only at its default base URL: another server, such as a proxy, may
    /// use other keys.
    ///
    /// @param url the base URL that the keys are sent to
    /// @return empty if the provider is left out
    List<Secrets.WrittenKey> read(ProviderId id, @Nullable String url) {
        String name = ProviderVariables.of(id).keys();
        int problemsBefore = messages.problems().size();
        int warningsBefore = messages.warnings().size();
        Optional<String> text = variables.text(name);
        Optional<ProviderKeys> known = ProviderKeys.of(id);
        boolean isElsewhere = !Objects.equals(url, ProviderReader.normalized(adapters.defaults(id)));
        List<Secrets.WrittenKey> keys =
                new Secrets(messages).keys(name, text.orElse(""), isElsewhere ? null : known.orElse(null));
        if (!keys.isEmpty() || messages.problems().size() > problemsBefore) {
            return keys;
        }
        if (isElsewhere
                ? adapters.speaking(id).defaults().keyless()
                : adapters.defaults(id).keyless()) {
            return List.of(new Secrets.WrittenKey(ApiKey.NONE, Optional.empty()));
        }
        if (messages.warnings().size() > warningsBefore) {
            // The warning about a placeholder explains it already.
            return keys;
        }
        String lack = text.isPresent() ? "is set, but holds no key" : variables.lack(name);
        String advice = known.map(keysOf -> "; to use it, make a key at " + keysOf.page())
                .orElse("");
        messages.notice("%s is left out, because %s %s%s".formatted(id, name, lack, advice));
        return List.of();
    }

    static List<PoolKey> pool(ProviderId id, List<Secrets.WrittenKey> written) {
        var pool = new ArrayList<PoolKey>();
        for (Secrets.WrittenKey key : written) {
            int place = pool.size() + 1;
            // A configured group's name has no '#', so this group contains only this key. The fingerprint, not
            // the slot, names it, because another key may have the slot after a reload.
            var group = new QuotaGroup(id, key.group().orElse("#" + key.key().fingerprint()));
            pool.add(new PoolKey(new KeySlot(id, place), group, key.key().fingerprint()));
        }
        return pool;
    }
}
