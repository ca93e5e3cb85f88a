package io.keywheel.adapters.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Caches the meters of one name: a lookup in Micrometer costs several times as much as counting.
final class LabelledMeters<M extends Meter> {

    private final MeterProvider<M> meters;
    private final String[] labels;
    private final Map<List<String>, M> byValues = new ConcurrentHashMap<>();

    LabelledMeters(MeterProvider<M> meters, String... labels) {
        this.meters = meters;
        this.labels = labels;
    }

    /// @param values one for each label, in the labels' order
    M of(String... values) {
        return byValues.computeIfAbsent(List.of(values), this::create);
    }

    private M create(List<String> values) {
        var tags = new String[2 * labels.length];
        for (int i = 0; i < labels.length; i++) {
            tags[2 * i] = labels[i];
            tags[2 * i + 1] = values.get(i);
        }
        return meters.withTags(tags);
    }
}
