package io.keywheel.adapters.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// Metrics of the JVM and its process. They are bound at the first page, because binding takes time.
final class JvmMetrics implements AutoCloseable {

    private final Meters meters;
    private @Nullable JvmGcMetrics collections;

    JvmMetrics(Meters meters) {
        this.meters = meters;
    }

    void refresh() {
        if (collections == null) {
            MeterRegistry registry = meters.registry();
            collections = new JvmGcMetrics();
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            collections.bindTo(registry);
            new ProcessMetrics(registry).bind();
            var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            virtual("mounted", scheduler::getMountedVirtualThreadCount);
            virtual("queued", scheduler::getQueuedVirtualThreadCount);
        }
    }

    /// The JVM does not count all virtual threads. Those that are mounted or queued show the load.
    private void virtual(String state, Supplier<Number> count) {
        String description = "Virtual threads that run (mounted) or could run and wait for a carrier (queued)";
        meters.gauge("jvm.threads.virtual", description, count, "state", state);
    }

    @Override
    public void close() {
        if (collections != null) {
            collections.close();
        }
    }
}
