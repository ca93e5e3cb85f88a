package io.keywheel.adapters.metrics;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks the exemplars of histograms on the OpenMetrics page.
class ExemplarsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final ProviderId GROQ = new ProviderId("groq");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final Pattern BUCKET = Pattern.compile(
            "(keywheel_\\w+_bucket)\\{.*le=\"([0-9.]+)\".*} 1 # \\{span_id=\"(\\w+)\",trace_id=\"(\\w+)\"} ([0-9.]+) [0-9.]+");

    @AutoClose
    private final PrometheusMetrics metrics = new PrometheusMetrics(InstantSource.fixed(NOW), true);

    ExemplarsTest() {
        metrics.watch(new PrometheusMetrics.Sources(
                () -> new PoolStatus(NOW, List.of(), GROQ, NOW),
                () -> new ModelCatalog(new LinkedHashMap<>()),
                () -> 0,
                () -> 0,
                Optional::empty,
                Optional::empty,
                () -> true));
    }

    private static TraceContext trace(String flags) {
        return new TraceContext("00-" + TRACE + "-b7ad6b7169203331-" + flags, "");
    }

    private void end(@Nullable TraceContext trace) {
        metrics.ended(EndedRequest.of("sse", "auto", "ok", 1500, Duration.ofMillis(250)), trace);
        var key = new PoolKey(new KeySlot(GROQ, 2), new QuotaGroup(GROQ, "team"), "00000002");
        var target = new Target(key, new ModelId("m"), true);
        metrics.ended(
                new EndedAttempt(target, new Outcome("key_refused"), "", Duration.ZERO, Duration.ofSeconds(4)),
                null,
                trace);
    }

    private List<String> exemplars() {
        return page().lines()
                .map(BUCKET::matcher)
                .filter(matcher -> matcher.matches())
                .map(found -> "%s %s: %s of %s in %s"
                        .formatted(found.group(1), found.group(2), found.group(5), found.group(3), found.group(4)))
                .toList();
    }

    private String page() {
        String page = metrics.openMetricsPage();
        assertNotNull(page);
        return page;
    }

    @Test
    void each_histogram_has_an_exemplar_with_the_trace_id() {
        end(trace("01"));

        String where = " of b7ad6b7169203331 in " + TRACE;
        assertEquals(
                Set.of(
                        "keywheel_attempt_duration_seconds_bucket 5.0: 4.0" + where,
                        "keywheel_request_duration_seconds_bucket 2.0: 1.5" + where,
                        "keywheel_request_first_content_seconds_bucket 0.3: 0.25" + where),
                Set.copyOf(exemplars()));
    }

    @Test
    void only_buckets_have_exemplars() {
        end(trace("01"));

        assertEquals(
                List.of(),
                page().lines()
                        .filter(line -> line.contains("trace_id") && !line.contains("_bucket{"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    -
                    00
                    """)
    void unsampled_trace_has_no_exemplar(@Nullable String flags) {
        end(flags == null ? null : trace(flags));

        assertEquals(List.of(), exemplars());
        assertFalse(page().contains("trace_id"));
    }

    @Test
    void text_format_has_no_exemplars() {
        end(trace("01"));

        assertFalse(metrics.page().contains("trace_id"), metrics::page);
        assertTrue(metrics.page().contains("keywheel_attempt_duration_seconds_bucket"));
    }

    @Test
    void open_metrics_page_has_the_same_names_as_the_text_page() {
        end(trace("01"));
        metrics.describe("1.2.3", null);

        String page = page();

        assertTrue(page.endsWith("\n# EOF\n"));
        assertTrue(page.contains("# TYPE keywheel_requests counter\n"));
        assertTrue(page.contains("keywheel_requests_total{door=\"sse\""));
        assertEquals(names(metrics.page()), names(page), "a dashboard finds the same names");
    }

    private static Set<String> names(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[ {]", 2)[0])
                .filter(name -> !name.endsWith("_created"))
                .collect(toSet());
    }

    @Test
    void no_open_metrics_page_without_tracing() {
        try (var plain = new PrometheusMetrics(InstantSource.fixed(NOW), false)) {
            assertNull(plain.openMetricsPage());
        }
    }
}
