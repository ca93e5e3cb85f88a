package io.keywheel.domain.routing;

import java.util.HashSet;
import java.util.List;

/// A provider as the rotation sees it.
///
/// @param defaultModel the model for requests that name none
/// @param keys at least one, counted from 1 without gaps, no two with the same fingerprint
/// @param mostReservedPerAnswer the most tokens that the provider reserves for an answer, and does not return. It
///     reserves so many if the request does not bound its answers. 0 for a provider that reserves the request's
///     bound, and returns unused tokens. Clamped
public record ProviderProfile(ProviderId id, ModelId defaultModel, List<PoolKey> keys, long mostReservedPerAnswer) {

    public ProviderProfile {
        keys = List.copyOf(keys);
        mostReservedPerAnswer = RateLimitStatus.bounded(mostReservedPerAnswer);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(id + " needs at least one key");
        }
        var fingerprints = new HashSet<String>();
        for (int i = 0; i < keys.size(); i++) {
            if (!fingerprints.add(keys.get(i).fingerprint())) {
                throw new IllegalArgumentException(keys.get(i).slot() + " cannot be distinguished from another key");
            }
            if (!keys.get(i).slot().equals(new KeySlot(id, i + 1))) {
                throw new IllegalArgumentException(keys.get(i).slot() + " is not key " + (i + 1) + " of " + id);
            }
        }
    }

    public PoolKey key(KeySlot slot) {
        return keys.get(slot.ordinal() - 1);
    }
}
