package io.keywheel.experiments;

import java.time.Instant;
import java.util.List;

/// All keys of a gateway.
record Pool(List<Provider> providers) {

    static Pool of(Provider... providers) {
        return new Pool(List.of(providers));
    }

    List<Key> keys() {
        return providers.stream().flatMap(provider -> provider.keys.stream()).toList();
    }

    Reply ask(Key key, Request request, Instant now) {
        return of(key).ask(key, request, now);
    }

    Instant wouldAnswer(Key key, Request request, Instant now) {
        return of(key).wouldAnswer(key, request, now);
    }

    Provider of(Key key) {
        return providers.stream()
                .filter(provider -> provider.name.equals(key.provider()))
                .findFirst()
                .orElseThrow();
    }
}
