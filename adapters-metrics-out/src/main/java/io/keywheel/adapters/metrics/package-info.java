/// What is counted and timed, as Prometheus reads it. Start reading at [PrometheusMetrics].
@NullMarked
package io.keywheel.adapters.metrics;

import org.jspecify.annotations.NullMarked;
