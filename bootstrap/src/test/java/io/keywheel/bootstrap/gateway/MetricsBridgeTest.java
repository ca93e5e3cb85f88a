package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.metrics.PrometheusMetrics;
import io.keywheel.bootstrap.CapturedLog;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MetricsBridgeTest {

    private static final RequestRecord ENDED = new RequestRecord(
            "r-1",
            "anonymous",
            "json",
            false,
            new RequestRecord.Timing(Instant.EPOCH, Duration.ZERO, null),
            new RequestRecord.Ending(200, Outcome.OK, 0, List.of(), true),
            "",
            new TokenUsage(0, 0, 0));

    @AutoClose
    private final PrometheusMetrics metrics = new PrometheusMetrics(InstantSource.system(), false);

    @Test
    void only_a_failing_end_of_a_trace_is_logged_and_fails_no_request() {
        var failing = new RequestTrace(new TraceContext("00-%032d-%016d-01".formatted(1, 1), ""), _ -> {
            throw new IllegalStateException("a bug");
        });

        assertEquals(0, errorsOfEnd(null));
        assertEquals(1, errorsOfEnd(failing));
    }

    private int errorsOfEnd(@Nullable RequestTrace trace) {
        try (var log = new CapturedLog("io.keywheel.gateway")) {
            new MetricsBridge(metrics, null, new MonotonicClock()).ended(ENDED, trace);
            return log.lines().size();
        }
    }
}
