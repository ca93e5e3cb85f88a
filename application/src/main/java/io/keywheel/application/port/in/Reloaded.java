package io.keywheel.application.port.in;

import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The changes of a reload.
///
/// @param changed the variables of the settings that have changed
/// @param warnings settings that are probably mistakes
/// @param needsRestart the variables whose new values apply only after a restart
public record Reloaded(
        List<String> changed, Keys keys, Tokens tokens, List<String> warnings, List<String> needsRestart) {

    /// The providers' keys.
    ///
    /// @param added the new keys, with their slots in the new settings
    /// @param removed the keys that have left, with their slots in the old settings
    /// @param kept the number of keys that stay
    public record Keys(List<PoolKey> added, List<PoolKey> removed, int kept) {

        public Keys {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
        }

        /// @param moved the providers with a new base URL: all their keys count as removed and added
        public static Keys between(List<ProviderProfile> before, List<ProviderProfile> after, Set<ProviderId> moved) {
            Set<PoolKey.Name> kept = of(before)
                    .filter(key -> !moved.contains(key.provider()))
                    .map(PoolKey::name)
                    .collect(Collectors.toSet());
            kept.retainAll(of(after).map(PoolKey::name).collect(Collectors.toSet()));
            return new Keys(
                    of(after).filter(key -> !kept.contains(key.name())).toList(),
                    of(before).filter(key -> !kept.contains(key.name())).toList(),
                    kept.size());
        }

        private static Stream<PoolKey> of(List<ProviderProfile> providers) {
            return providers.stream().flatMap(provider -> provider.keys().stream());
        }
    }

    /// The numbers of access tokens.
    ///
    /// @param now the current number; with 0, clients need no token
    public record Tokens(int added, int removed, int now) {}

    public Reloaded {
        changed = List.copyOf(changed);
        warnings = List.copyOf(warnings);
        needsRestart = List.copyOf(needsRestart);
    }
}
