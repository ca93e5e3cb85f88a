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

/// Looks at the JVM: not before somebody wants to know, for the JVM takes its time to begin to tell.
final class JvmMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private @Nullable JvmGcMetrics collections;

    JvmMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void look() {
        if (collections == null) {
            collections = new JvmGcMetrics();
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            collections.bindTo(registry);
            var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            virtual("mounted", scheduler, VirtualThreadSchedulerMXBean::getMountedVirtualThreadCount);
            virtual("queued", scheduler, VirtualThreadSchedulerMXBean::getQueuedVirtualThreadCount);
        }
    }

    /// How many virtual threads there are, nobody counts; those that want a processor tell how busy they are.
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
