package io.keywheel.adapters.metrics;

import io.keywheel.domain.status.TraceContext;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Supplies Micrometer with the trace of a duration, so that a bucket can have an exemplar.
final class Exemplars implements SpanContext {

    /// Only buckets have exemplars, as in OpenMetrics 1.0. Micrometer's default adds them to counts, and Prometheus
    /// before 2.43 then refuses the whole page.
    static final PrometheusConfig CONFIG = new PrometheusConfig() {

        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            return new Properties();
        }
    };

    private static final ScopedValue<TraceContext> RECORDED = ScopedValue.newInstance();

    /// @param trace the context in which the duration was measured; null if not traced
    static void record(Timer timer, Duration duration, @Nullable TraceContext trace) {
        if (trace == null || !trace.isSampled()) {
            timer.record(duration);
        } else {
            ScopedValue.where(RECORDED, trace).run(() -> timer.record(duration));
        }
    }

    /// Only called if [#isCurrentSpanSampled], like the span's id.
    @Override
    public String getCurrentTraceId() {
        return RECORDED.get().traceId();
    }

    @Override
    public String getCurrentSpanId() {
        return RECORDED.get().spanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return RECORDED.isBound();
    }

    @Override
    public void markCurrentSpanAsExemplar() {}
}
