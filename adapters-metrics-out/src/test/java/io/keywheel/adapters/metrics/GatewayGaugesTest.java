package io.keywheel.adapters.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.status.PoolStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class GatewayGaugesTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    @AutoClose
    private final PrometheusMetrics metrics = new PrometheusMetrics(InstantSource.fixed(NOW), false);

    private final AtomicBoolean source = new AtomicBoolean(true);

    private void watch(Supplier<Optional<Boolean>> optional) {
        metrics.watch(new PrometheusMetrics.Sources(
                () -> new PoolStatus(NOW, List.of(), new ProviderId("groq"), NOW),
                () -> new ModelCatalog(new LinkedHashMap<>()),
                () -> 0,
                () -> 0,
                optional,
                optional,
                source::get));
    }

    private void assertHas(String line) {
        String page = metrics.page();
        assertTrue(page.contains("\n" + line + "\n"), page);
    }

    @Test
    void gauges_of_stores_follow_their_sources() {
        watch(() -> Optional.of(source.get()));

        assertHas("keywheel_shared_state_up 1.0");
        assertHas("keywheel_usage_saved 1.0");
        source.set(false);
        assertHas("keywheel_shared_state_up 0.0");
        assertHas("keywheel_usage_saved 0.0");
    }

    @Test
    void gauges_of_stores_are_absent_without_stores() {
        watch(Optional::empty);

        assertFalse(metrics.page().contains("keywheel_shared_state_up"));
        assertFalse(metrics.page().contains("keywheel_usage_saved"));
    }

    @Test
    void reload_gauge_follows_its_source() {
        watch(Optional::empty);

        assertHas("keywheel_last_reload_successful 1.0");
        source.set(false);
        assertHas("keywheel_last_reload_successful 0.0");
    }

    @Test
    void certificate_gauge_is_the_expiry_in_unix_time() {
        metrics.describe("1.2.3", Instant.ofEpochSecond(1_800_000_000));

        assertHas("keywheel_tls_certificate_expiry_timestamp_seconds 1.8E9");
    }

    @Test
    void certificate_gauge_is_absent_without_tls() {
        metrics.describe("1.2.3", null);

        assertFalse(metrics.page().contains("certificate"));
    }
}
