package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.settings.values.Secrets;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the keys of one provider. Messages name an entry by its position in the list, never by its text.
record KeysReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    private static final int SHOWN_DIGITS = 8;

    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The distinct keys in their order, each with its slot in the pool. The provider's key format is checked only at
    /// its default base URL: another server, such as a proxy, may use other keys.
    ///
    /// @param isElsewhere whether the keys are sent to another base URL
    /// @return empty if the provider is left out
    SequencedMap<ApiKey, PoolKey> read(ProviderId id, boolean isElsewhere) {
        String name = ProviderVariables.of(id).keys();
        int problemsBefore = messages.problems().size();
        int warningsBefore = messages.warnings().size();
        Optional<String> text = variables.text(name);
        Optional<ProviderKeys> known = ProviderKeys.of(id);
        var keys = new LinkedHashMap<ApiKey, PoolKey>();
        var fingerprints = new HashSet<String>();
        distinct(name, text.orElse(""), isElsewhere ? null : known.orElse(null)).forEach((secret, group) -> {
            var key = new ApiKey(secret, fingerprint(secret, fingerprints));
            keys.put(key, poolKey(id, keys.size() + 1, key, group));
        });
        if (!keys.isEmpty() || messages.problems().size() > problemsBefore) {
            return keys;
        }
        if ((isElsewhere ? adapters.adapterOf(id).defaults() : adapters.defaults(id)).keyless()) {
            keys.put(ApiKey.NONE, poolKey(id, 1, ApiKey.NONE, ""));
            return keys;
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

    /// The secrets and their groups, `""` for none.
    ///
    /// @param known the expected key format; null for any format
    private Map<String, String> distinct(String variable, String text, @Nullable ProviderKeys known) {
        var found = new LinkedHashMap<String, String>();
        Variables.entries(text, ",", Secrets::unquoted).forEach((place, entry) -> {
            int at = entry.lastIndexOf('@');
            String secret = at < 0 ? entry : Secrets.unquoted(entry.substring(0, at));
            String group = at < 0 ? "" : Secrets.unquoted(entry.substring(at + 1));
            String where = variable + ", entry " + place + ": ";
            if (known != null && ProviderKeys.isPlaceholder(secret)) {
                messages.warning(where + "is a placeholder, not a key, and is dropped; make a key at " + known.page());
            } else if (!Secrets.isSendable(secret)) {
                messages.problem(where + "expected visible ASCII characters without blanks; a comma separates keys");
            } else if (at >= 0 && !GROUP.matcher(group).matches()) {
                messages.problem(where + "after @ a group's name is expected, up to 64 of A-Z, a-z, 0-9, '.', _ and -");
            } else if (found.putIfAbsent(secret, group) != null) {
                messages.warning(where + "repeats an earlier entry and is dropped");
            } else if (secret.contains(";")) {
                messages.warning(where + "has a semicolon, but only a comma separates keys");
            } else if (known != null && !known.othersWith(secret).isEmpty()) {
                messages.warning("%sbegins as keys of %s do: swapped? Keys of %s are made at %s"
                        .formatted(
                                where, String.join(" or ", known.othersWith(secret)), known.provider(), known.page()));
            }
        });
        return found;
    }

    /// The first digits of the hash: eight, or as many as distinguish the secret from the earlier ones.
    private static String fingerprint(String secret, Set<String> taken) {
        String hash = Sha256.hex(secret);
        int digits = SHOWN_DIGITS;
        while (!taken.add(hash.substring(0, digits))) {
            digits++;
        }
        return hash.substring(0, digits);
    }

    /// A configured group's name has no `#`, so a key without a group has one of its own. The fingerprint, not the
    /// slot, names it, because another key may have the slot after a reload.
    private static PoolKey poolKey(ProviderId provider, int ordinal, ApiKey key, String group) {
        return new PoolKey(
                new KeySlot(provider, ordinal),
                new QuotaGroup(provider, group.isEmpty() ? "#" + key.fingerprint() : group),
                key.fingerprint());
    }
}
