package io.keywheel.adapters.metrics;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts attempts, requests and their durations, reads the state of keys and JVM, and writes one page for Prometheus.
///
/// Labels have few values, none of them chosen by a client. Safe for any number of threads.
public final class PrometheusMetrics implements ChatEvents, AutoCloseable {

    /// What it reads for each page.
    ///
    /// @param known the models with a label of their own; all others share one
    /// @param waiting how many requests wait for a key
    /// @param underWay how many chats are under way
    /// @param storeConnected whether the store of shared state is there; always empty where none is set up
    public record Sources(
            Supplier<PoolStatus> pool,
            Supplier<ModelCatalog> known,
            IntSupplier waiting,
            IntSupplier underWay,
            Supplier<Optional<Boolean>> storeConnected) {}

    /// As [#openMetricsPage] is to be sent.
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final boolean exemplars;
    private final AttemptMetrics attemptMetrics;
    private final RequestMetrics requestMetrics;
    private final ClientMetrics clientMetrics;
    private final RecentCounts recentCounts;
    private final KeyMetrics keyMetrics;
    private final JvmMetrics jvmMetrics;

    /// @param clock that of the attempts' moments, which never jumps
    /// @param exemplars whether the histograms of [#openMetricsPage] name traces
    public PrometheusMetrics(InstantSource clock, boolean exemplars) {
        this.exemplars = exemplars;
        registry = new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, exemplars ? new Exemplars() : null);
        // Only some garbage collectors have concurrent phases; the page has the same families with all of them.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent"));
        attemptMetrics = new AttemptMetrics(registry, clock);
        requestMetrics = new RequestMetrics(registry);
        clientMetrics = new ClientMetrics(registry);
        recentCounts = new RecentCounts(clock);
        keyMetrics = new KeyMetrics(registry);
        jvmMetrics = new JvmMetrics(registry);
    }

    /// From now on the page says which program this is.
    public void describe(String version) {
        Gauge.builder("keywheel.build.info", () -> 1)
                .description("The version of Keywheel and of Java")
                .tag("version", version)
                .tag("java", Runtime.version().toString())
                .strongReference(true)
                .register(registry);
    }

    /// Reads these from now on.
    public void watch(Sources sources) {
        attemptMetrics.watch(sources.known());
        keyMetrics.watch(sources.pool());
        requestMetrics.watch(sources.waiting(), sources.underWay());
        if (sources.storeConnected().get().isPresent()) {
            Gauge.builder(
                            "keywheel.shared.state.up",
                            () -> sources.storeConnected().get().orElse(false) ? 1 : 0)
                    .description("Whether the store of shared state is connected; 0 means that this gateway is alone")
                    .strongReference(true)
                    .register(registry);
        }
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        // Each page reads the state of the keys.
    }

    @Override
    public void ended(Step.Attempt attempt, LlmReply reply, @Nullable TraceContext trace) {
        attemptMetrics.count(attempt, reply, trace);
        recentCounts.count(reply);
    }

    /// A request has ended.
    ///
    /// @param trace where it was in a trace; null where it was in none
    public void ended(RequestRecord request, @Nullable TraceContext trace) {
        requestMetrics.count(request, trace);
        // A chat that could not be parsed could not be answered.
        if (!request.asked().isEmpty()) {
            recentCounts.count(request.ending().outcome());
        }
        if (request.isChat()) {
            clientMetrics.count(request);
        }
    }

    /// The last quarter of an hour, the oldest first, without slices in which nothing was counted.
    public List<TrafficSlice> recent() {
        return recentCounts.slices();
    }

    /// In Prometheus' text format 0.0.4.
    public synchronized String page() {
        keyMetrics.look();
        jvmMetrics.look();
        return registry.scrape();
    }

    /// In OpenMetrics' text format 1.0.0, with a trace beside a bucket; null without exemplars.
    public synchronized @Nullable String openMetricsPage() {
        if (!exemplars) {
            return null;
        }
        keyMetrics.look();
        jvmMetrics.look();
        return registry.scrape(OPEN_METRICS);
    }

    @Override
    public synchronized void close() {
        jvmMetrics.close();
        registry.close();
    }
}
