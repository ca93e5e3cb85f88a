package io.keywheel.experiments.simulation;

import java.util.List;

/// All providers and keys of a gateway.
public record Pool(List<Provider> providers) {

    public static Pool of(Provider... providers) {
        return new Pool(List.of(providers));
    }

    public List<Key> keys() {
        return providers.stream().flatMap(provider -> provider.keys.stream()).toList();
    }

    public Provider of(Key key) {
        return providers.stream()
                .filter(provider -> provider.name.equals(key.provider()))
                .findFirst()
                .orElseThrow();
    }
}
