package io.keywheel.domain.rotation;

import java.util.LinkedHashMap;
import java.util.Map;

/// A bounded map, which evicts its least recently used entry. That entry comes first.
final class LruMap<K, V> extends LinkedHashMap<K, V> {

    private final int most;

    LruMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
