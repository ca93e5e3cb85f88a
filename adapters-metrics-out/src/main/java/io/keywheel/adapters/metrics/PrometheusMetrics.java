package io.keywheel.adapters.metrics;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts attempts and requests, measures their durations, reads the state of keys and the JVM, and writes a
/// page for Prometheus.
///
/// Labels have few values, none chosen by a client. Thread-safe.
public final class PrometheusMetrics implements ChatEvents, AutoCloseable {

    /// The sources that are read for each page.
    ///
    /// @param known the models with a label value; all others share one
    /// @param waiting the number of requests that wait for a key
    /// @param storeConnected whether the store of shared state is connected; always empty if none is configured
    /// @param usageSaved whether usage can be saved; always empty if it stays in memory
    /// @param reloaded whether the last reload succeeded; true before the first
    public record Sources(
            Supplier<PoolStatus> pool,
            Supplier<ModelCatalog> known,
            IntSupplier waiting,
            IntSupplier activeChats,
            Supplier<Optional<Boolean>> storeConnected,
            Supplier<Optional<Boolean>> usageSaved,
            BooleanSupplier reloaded) {}

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final boolean exemplars;
    private final AttemptMetrics attemptMetrics;
    private final RequestMetrics requestMetrics;
    private final ClientMetrics clientMetrics;
    private final RecentCounts recentCounts;
    private final KeyMetrics keyMetrics;
    private final JvmMetrics jvmMetrics;
    private final GatewayGauges gatewayGauges;

    /// @param clock a monotonic clock
    /// @param exemplars whether the histograms of [#openMetricsPage] contain trace ids
    public PrometheusMetrics(InstantSource clock, boolean exemplars) {
        this.exemplars = exemplars;
        registry = new PrometheusMeterRegistry(
                Exemplars.CONFIG, new PrometheusRegistry(), Clock.SYSTEM, exemplars ? new Exemplars() : null);
        // Only some garbage collectors have concurrent phases. The page has the same metrics with all of them.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent"));
        var meters = new Meters(registry);
        attemptMetrics = new AttemptMetrics(meters);
        requestMetrics = new RequestMetrics(meters);
        clientMetrics = new ClientMetrics(meters);
        recentCounts = new RecentCounts(clock);
        keyMetrics = new KeyMetrics(registry);
        jvmMetrics = new JvmMetrics(meters);
        gatewayGauges = new GatewayGauges(meters);
    }

    /// @param certificateExpiry null without TLS
    public void describe(String version, @Nullable Instant certificateExpiry) {
        gatewayGauges.describe(version, certificateExpiry);
    }

    public void watch(Sources sources) {
        attemptMetrics.watch(sources.known());
        keyMetrics.watch(sources.pool());
        gatewayGauges.watch(sources);
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        // Ignored: each page reads the state of the keys.
    }

    @Override
    public void ended(EndedAttempt attempt, @Nullable TokenUsage usage, @Nullable TraceContext trace) {
        attemptMetrics.count(attempt, usage, trace);
        recentCounts.countAttempt(attempt.outcome());
    }

    /// Counts a finished request.
    ///
    /// @param trace the request's trace context; null if not traced
    public void ended(RequestRecord request, @Nullable TraceContext trace) {
        requestMetrics.count(request, trace);
        // Chats that could not be parsed are not counted as failed.
        if (!request.requestedModel().isEmpty()) {
            recentCounts.countChat(request.ending().outcome());
        }
        if (request.isChat()) {
            clientMetrics.count(request);
        }
    }

    /// The slices of the last 15 minutes, oldest first, without empty ones.
    public List<TrafficSlice> recent() {
        return recentCounts.slices();
    }

    /// The page in Prometheus' text format 0.0.4.
    public String page() {
        return page(TEXT);
    }

    /// The page in OpenMetrics' text format 1.0.0, with exemplars; null if exemplars are off.
    public @Nullable String openMetricsPage() {
        return exemplars ? page(OPEN_METRICS) : null;
    }

    private synchronized String page(String format) {
        keyMetrics.refresh();
        jvmMetrics.refresh();
        return registry.scrape(format);
    }

    @Override
    public synchronized void close() {
        jvmMetrics.close();
        registry.close();
    }
}
