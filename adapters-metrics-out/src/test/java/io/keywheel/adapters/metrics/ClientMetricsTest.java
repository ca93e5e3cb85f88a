package io.keywheel.adapters.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Checks the client, build and process metrics.
class ClientMetricsTest {

    @AutoClose
    private final PrometheusMetrics metrics = new PrometheusMetrics(InstantSource.system(), false);

    private void used(String client, String outcome) {
        end(client, outcome, true);
    }

    private void end(String client, String outcome, boolean isChat) {
        metrics.ended(EndedRequest.of(client, outcome, isChat, new TokenUsage(10, 5, 15, 4L, null, Extras.NONE)), null);
    }

    @Test
    void counts_requests_and_tokens_per_client() {
        used("alice", "ok");
        used("alice", "ok");
        used("alice", "client_limited");

        assertShows("keywheel_client_requests_total{client=\"alice\",outcome=\"ok\"} 2.0");
        assertShows("keywheel_client_requests_total{client=\"alice\",outcome=\"client_limited\"} 1.0");
        assertShows("keywheel_client_tokens_total{client=\"alice\",direction=\"in\"} 20.0");
        assertShows("keywheel_client_tokens_total{client=\"alice\",direction=\"out\"} 10.0");
        assertShows("keywheel_client_tokens_total{client=\"alice\",direction=\"cached\"} 8.0");
    }

    @Test
    void client_metrics_ignore_requests_that_are_no_chat() {
        end("alice", "unauthorized", false);

        assertFalse(metrics.page().contains("keywheel_client_requests_total{"));
    }

    @Test
    void clients_after_the_first_100_are_counted_as_other() {
        for (int i = 0; i < 105; i++) {
            used("c" + i, "client_limited");
        }
        used("c7", "client_limited");

        assertShows("keywheel_client_requests_total{client=\"other\",outcome=\"client_limited\"} 5.0");
        assertShows("keywheel_client_requests_total{client=\"c7\",outcome=\"client_limited\"} 2.0");
    }

    @Test
    void exposes_build_and_process_metrics() {
        metrics.describe("1.2.3", null);

        String page = metrics.page();

        assertTrue(page.contains("keywheel_build_info{java=\"" + Runtime.version() + "\",version=\"1.2.3\"} 1"), page);
        // Wide enough for any machine, and too narrow for another unit.
        var ranges = Map.of(
                "process_start_time_seconds", List.of(1e9, 1e11),
                "process_cpu_seconds_total", List.of(1e-3, 1e6),
                "process_resident_memory_bytes", List.of(1e6, 1e12),
                "process_open_fds", List.of(1.0, 1e7),
                "process_max_fds", List.of(1.0, 1e19));
        ranges.forEach((name, range) -> {
            Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(page);
            assertTrue(line.find(), name);
            double value = Double.parseDouble(line.group(1));
            assertTrue(range.getFirst() <= value && value <= range.getLast(), name + " " + value);
        });
    }

    private void assertShows(String line) {
        assertTrue(metrics.page().lines().anyMatch(line::equals), () -> line + " is not in " + metrics.page());
    }
}
