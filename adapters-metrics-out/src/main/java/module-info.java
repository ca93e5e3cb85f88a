/// What is counted and timed, as Prometheus reads it.
@SuppressWarnings("requires-automatic") // Micrometer has no module descriptors, but names that it keeps.
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
