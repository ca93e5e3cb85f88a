package io.keywheel.bootstrap.gateway;

import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which keys have come and gone.
///
/// @param joined by their new places
/// @param left by their old ones
/// @param stayed how many
public record KeyDiff(List<PoolKey> joined, List<PoolKey> left, int stayed) {

    private record Name(ProviderId provider, String fingerprint) {}

    public KeyDiff {
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }

    /// @param moved the providers all of whose keys are others
    static KeyDiff between(List<ProviderProfile> before, List<ProviderProfile> after, Set<ProviderId> moved) {
        var leaving = new HashMap<>(byName(before));
        var joined = new ArrayList<PoolKey>();
        int stayed = 0;
        for (PoolKey key : keysOf(after)) {
            if (!moved.contains(key.provider()) && leaving.remove(nameOf(key)) != null) {
                stayed++;
            } else {
                joined.add(key);
            }
        }
        List<PoolKey> left = keysOf(before).stream()
                .filter(key -> leaving.containsKey(nameOf(key)))
                .toList();
        return new KeyDiff(joined, left, stayed);
    }

    private static Map<Name, PoolKey> byName(List<ProviderProfile> providers) {
        var keys = new HashMap<Name, PoolKey>();
        keysOf(providers).forEach(key -> keys.put(nameOf(key), key));
        return keys;
    }

    private static Name nameOf(PoolKey key) {
        return new Name(key.provider(), key.fingerprint());
    }

    private static List<PoolKey> keysOf(List<ProviderProfile> providers) {
        return providers.stream().flatMap(provider -> provider.keys().stream()).toList();
    }
}
