package io.keywheel.adapters.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// Metrics of the JVM and its process. They are bound at the first page, because binding takes time.
final class JvmMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private @Nullable JvmGcMetrics collections;

    JvmMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void refresh() {
        if (collections == null) {
            collections = new JvmGcMetrics();
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            collections.bindTo(registry);
            new ProcessMetrics(registry).bind();
            var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            virtual("mounted", scheduler, VirtualThreadSchedulerMXBean::getMountedVirtualThreadCount);
            virtual("queued", scheduler, VirtualThreadSchedulerMXBean::getQueuedVirtualThreadCount);
        }
    }

    /// The JVM does not count all virtual threads. Those that are mounted or queued show the load.
    private void virtual(
            String state,
            VirtualThreadSchedulerMXBean scheduler,
            ToDoubleFunction<VirtualThreadSchedulerMXBean> count) {
        Gauge.builder("jvm.threads.virtual", scheduler, count)
                .description("Virtual threads that run (mounted) or could run and wait for a carrier (queued)")
                .tag("state", state)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void close() {
        if (collections != null) {
            collections.close();
        }
    }
}
