/// Metrics for Prometheus. Start reading at [PrometheusMetrics].
@NullMarked
package io.keywheel.adapters.metrics;

import org.jspecify.annotations.NullMarked;
