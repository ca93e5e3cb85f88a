package io.keywheel.adapters.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// Metrics of the JVM and its process. They are bound at the first page, because binding takes time.
final class JvmMetrics implements AutoCloseable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

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
            bindProcess();
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

    /// Metrics of the process, with the names that Prometheus' client libraries use.
    private void bindProcess() {
        double started = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
        meters.gauge("process.start.time.seconds", "Start of the process, in seconds since 1970", () -> started);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            FunctionCounter.builder(
                            "process.cpu.seconds",
                            system,
                            of -> (double) of.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1))
                    .description("Processor time used")
                    .register(meters.registry());
            meters.gauge("process.open.fds", "Open files and sockets", system::getOpenFileDescriptorCount);
            meters.gauge("process.max.fds", "Limit of open files and sockets", system::getMaxFileDescriptorCount);
        }
        if (Files.isReadable(STATUS)) {
            meters.gauge("process.resident.memory.bytes", "Memory in use, heap and all", JvmMetrics::resident);
        }
    }

    private static double resident() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException _) {
            return Double.NaN;
        }
    }

    @Override
    public void close() {
        if (collections != null) {
            collections.close();
        }
    }
}
