package io.keywheel.adapters.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Metrics of the process, with the names that Prometheus' client libraries use.
record ProcessMetrics(MeterRegistry registry) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    void bind() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        gauge(
                "process.start.time",
                "seconds",
                "Start of the process, in seconds since 1970",
                runtime,
                of -> of.getStartTime() / 1000.0);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            FunctionCounter.builder(
                            "process.cpu", system, of -> (double) of.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1))
                    .baseUnit("seconds")
                    .description("Processor time used")
                    .register(registry);
            gauge("process.open.fds", null, "Open files and sockets", system, of -> of.getOpenFileDescriptorCount());
            gauge(
                    "process.max.fds",
                    null,
                    "Limit of open files and sockets",
                    system,
                    of -> of.getMaxFileDescriptorCount());
        }
        if (Files.isReadable(STATUS)) {
            gauge("process.resident.memory", "bytes", "Memory in use, heap and all", STATUS, ProcessMetrics::resident);
        }
    }

    private <T> void gauge(
            String name, @Nullable String unit, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .baseUnit(unit)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private static double resident(Path status) {
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException _) {
            return Double.NaN;
        }
    }
}
