package io.keywheel.bootstrap.gateway;

import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which keys have come and gone.
///
/// @param joined by their new places
/// @param left by their old ones
/// @param stayed how many
public record KeyDiff(List<PoolKey> joined, List<PoolKey> left, int stayed) {

    public KeyDiff {
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }

    /// @param moved the providers all of whose keys are others
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
