/// Metrics for Prometheus.
@SuppressWarnings("requires-automatic") // Micrometer has no module descriptors, but stable automatic module names.
module io.keywheel.adapters.metrics {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.application;
    requires jdk.management; // the scheduler of virtual threads
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires io.prometheus.metrics.model;
    requires io.prometheus.metrics.tracer.common;

    exports io.keywheel.adapters.metrics;
}
