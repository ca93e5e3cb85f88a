package io.keywheel.adapters.metrics;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts attempts, requests and what they took, looks at the keys and at the JVM, and shows all of it on one
/// page.
///
/// What it counts by are words of which there are few: nothing that a client can choose is among them. Safe for
/// any number of threads.
public final class PrometheusMetrics implements ChatEvents, AutoCloseable {

    /// Where it looks whenever the page is asked for.
    ///
    /// @param known the models that are told by their names; all others are counted together
    /// @param waiting how many requests wait for a key
    /// @param underWay how many chats are under way
    public record Sources(
            Supplier<PoolStatus> pool, Supplier<ModelCatalog> known, IntSupplier waiting, IntSupplier underWay) {}

    /// A request that has ended.
    ///
    /// @param door what it came by
    /// @param path what it asked for: `A`, `B`, or `none`
    /// @param outcome `ok`, or what went wrong in one word
    /// @param firstContent from its beginning; null where none came
    public record Request(
            String door,
            String path,
            String outcome,
            Duration took,
            @Nullable Duration firstContent) {}

    /// What was counted in a short time: chats by how they ended, attempts, and those that failed by their
    /// kind.
    ///
    /// @param left by their clients
    public record Slice(
            Instant from, Duration length, long ok, long failed, long left, long attempts, Map<String, Long> failures) {
        public Slice {
            failures = Map.copyOf(failures);
        }
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AttemptMetrics attemptMetrics;
    private final RequestMetrics requestMetrics;
    private final RecentCounts recentCounts;
    private final KeyMetrics keyMetrics;
    private final JvmMetrics jvmMetrics;

    /// @param clock that of the attempts' moments, which never jumps
    public PrometheusMetrics(InstantSource clock) {
        // Only some collectors have phases beside the program, and then the page had a family that it has else not.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent"));
        attemptMetrics = new AttemptMetrics(registry, clock);
        requestMetrics = new RequestMetrics(registry);
        recentCounts = new RecentCounts(clock);
        keyMetrics = new KeyMetrics(registry);
        jvmMetrics = new JvmMetrics(registry);
    }

    /// From now on it looks there.
    public void watch(Sources sources) {
        attemptMetrics.watch(sources.known());
        keyMetrics.watch(sources.pool());
        requestMetrics.watch(sources.waiting(), sources.underWay());
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        // How the keys are is looked up when the page is asked for.
    }

    @Override
    public void ended(Step.Attempt attempt, LlmReply reply) {
        attemptMetrics.count(attempt, reply);
        recentCounts.count(reply);
    }

    public void ended(Request request) {
        requestMetrics.count(request);
        // What could not be read was no chat that could have been answered.
        if (!request.path().equals("none")) {
            recentCounts.count(request);
        }
    }

    /// The last quarter of an hour, the oldest first, without slices in which nothing was counted.
    public List<Slice> recent() {
        return recentCounts.slices();
    }

    /// In Prometheus' text format 0.0.4.
    public synchronized String page() {
        keyMetrics.look();
        jvmMetrics.look();
        return registry.scrape();
    }

    @Override
    public synchronized void close() {
        jvmMetrics.close();
        registry.close();
    }
}
