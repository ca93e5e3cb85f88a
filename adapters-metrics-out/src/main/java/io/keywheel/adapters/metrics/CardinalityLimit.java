package io.keywheel.adapters.metrics;

import java.util.HashSet;
import java.util.Set;

/// Admits the first hundred values of a label: each value adds lines that stay. Thread-safe.
final class CardinalityLimit<T> {

    private static final int MOST = 100;

    private final Set<T> values = new HashSet<>();

    /// Whether `value` is one of the first hundred; it becomes one if there is room.
    synchronized boolean admits(T value) {
        return values.contains(value) || (values.size() < MOST && values.add(value));
    }
}
