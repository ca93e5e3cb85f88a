package io.keywheel.bootstrap.gateway;

import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The keys that a change of settings has added and removed.
///
/// @param joined the added keys, with their slots in the new settings
/// @param left the removed keys, with their slots in the old settings
/// @param stayed the number of unchanged keys
public record KeyDiff(List<PoolKey> joined, List<PoolKey> left, int stayed) {

    public KeyDiff {
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }

    /// @param moved the providers with a new base URL: all their keys count as removed and added
    static KeyDiff between(List<ProviderProfile> before, List<ProviderProfile> after, Set<ProviderId> moved) {
        Set<PoolKey.Name> stayed = keys(before)
                .filter(key -> !moved.contains(key.provider()))
                .map(PoolKey::name)
                .collect(Collectors.toSet());
        stayed.retainAll(keys(after).map(PoolKey::name).collect(Collectors.toSet()));
        return new KeyDiff(
                keys(after).filter(key -> !stayed.contains(key.name())).toList(),
                keys(before).filter(key -> !stayed.contains(key.name())).toList(),
                stayed.size());
    }

    private static Stream<PoolKey> keys(List<ProviderProfile> providers) {
        return providers.stream().flatMap(provider -> provider.keys().stream());
    }
}
