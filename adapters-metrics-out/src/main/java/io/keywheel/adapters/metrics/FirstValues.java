package io.keywheel.adapters.metrics;

import java.util.HashSet;
import java.util.Set;

/// The first hundred values of a label: each value adds lines that stay. Thread-safe.
final class FirstValues<T> {

    private static final int MOST = 100;

    private final Set<T> values = new HashSet<>();

    /// Whether `value` is one of them; it joins them if there is room.
    synchronized boolean admit(T value) {
        return values.contains(value) || (values.size() < MOST && values.add(value));
    }
}
