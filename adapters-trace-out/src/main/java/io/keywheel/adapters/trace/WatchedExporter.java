package io.keywheel.adapters.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Logs one line when exports begin to fail, and one when they succeed again.
final class WatchedExporter implements SpanExporter {

    private static final Logger LOG = System.getLogger("io.keywheel.traces");

    private final SpanExporter exporter;
    private final AtomicBoolean failing = new AtomicBoolean();

    WatchedExporter(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> report(result));
    }

    private void report(CompletableResultCode result) {
        if (result.isSuccess()) {
            if (failing.compareAndSet(true, false)) {
                LOG.log(Level.INFO, "Traces are sent again");
            }
        } else if (failing.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "Traces cannot be sent ({0}); those of the meantime are dropped",
                    reason(result.getFailureThrowable()));
        }
    }

    /// The exception's type only: the message may contain the address with a secret.
    private static String reason(@Nullable Throwable failure) {
        if (failure == null || failure.getCause() == null) {
            return "the receiver refuses them";
        }
        return failure.getCause().getClass().getSimpleName();
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
