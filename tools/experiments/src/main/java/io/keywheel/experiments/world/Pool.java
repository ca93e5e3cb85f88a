package io.keywheel.experiments.world;

import java.time.Instant;
import java.util.List;

/// All keys that a gateway has.
public record Pool(List<Provider> providers) {

    public Pool {
        providers = List.copyOf(providers);
    }

    public List<Key> keys() {
        return providers.stream().flatMap(provider -> provider.keys().stream()).toList();
    }

    public Reply ask(Key key, Request request, Instant now) {
        return of(key).ask(key, request, now);
    }

    /// When `request` would be answered with `key`: what no client can know.
    public Instant wouldAnswer(Key key, Request request, Instant now) {
        return of(key).wouldAnswer(key, request, now);
    }

    /// @throws java.util.NoSuchElementException when there is no such provider
    public Provider provider(String name) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Provider of(Key key) {
        return provider(key.provider());
    }
}
