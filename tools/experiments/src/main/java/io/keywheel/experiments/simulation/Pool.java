package io.keywheel.experiments.simulation;

import java.time.Instant;
import java.util.List;

/// All providers and keys of a gateway.
public record Pool(List<Provider> providers) {

    public static Pool of(Provider... providers) {
        return new Pool(List.of(providers));
    }

    public List<Key> keys() {
        return providers.stream().flatMap(provider -> provider.keys.stream()).toList();
    }

    public Reply ask(Key key, Request request, Instant now) {
        return of(key).ask(key, request, now);
    }

    public Instant wouldAnswer(Key key, Request request, Instant now) {
        return of(key).wouldAnswer(key, request, now);
    }

    public Provider of(Key key) {
        return providers.stream()
                .filter(provider -> provider.name.equals(key.provider()))
                .findFirst()
                .orElseThrow();
    }
}
