package io.keywheel.adapters.metrics;

import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reports the states of the keys for their provider's default model, as of the last [#refresh].
final class KeyMetrics {

    private static final List<String> STATES = List.of("ready", "cooling", "on_trial", "retired");

    private final MultiGauge counts;
    private final MultiGauge states;
    private volatile @Nullable Supplier<PoolStatus> pool;

    KeyMetrics(MeterRegistry registry) {
        counts = MultiGauge.builder("keywheel.keys")
                .description("Keys of a provider in each state")
                .register(registry);
        states = MultiGauge.builder("keywheel.key.state")
                .description("1 for the state that a key is in; its other states have no line")
                .register(registry);
    }

    void watch(Supplier<PoolStatus> pool) {
        this.pool = pool;
    }

    void refresh() {
        Supplier<PoolStatus> watched = pool;
        if (watched == null) {
            return;
        }
        var counted = new ArrayList<Row<?>>();
        var stated = new ArrayList<Row<?>>();
        for (ProviderStatus provider : watched.get().providers()) {
            String id = provider.id().value();
            for (String state : STATES) {
                long count = provider.keys().stream()
                        .map(KeyMetrics::state)
                        .filter(state::equals)
                        .count();
                counted.add(Row.of(Tags.of("provider", id, "state", state), count));
            }
            for (KeyStatus key : provider.keys()) {
                String slot = key.key().slot().toString();
                stated.add(Row.of(Tags.of("provider", id, "key", slot, "state", state(key)), 1));
            }
        }
        counts.register(counted, true);
        states.register(stated);
    }

    private static String state(KeyStatus key) {
        return switch (key.state()) {
            case KeyState.Ready _ -> "ready";
            case KeyState.Cooling _ -> "cooling";
            case KeyState.Probing _ -> "on_trial";
            case KeyState.Retired _ -> "retired";
        };
    }
}
