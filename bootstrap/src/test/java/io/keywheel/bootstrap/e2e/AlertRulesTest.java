package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs `docs/alerts.yaml` on recorded counters.
class AlertRulesTest {

    /// The alert, series with a value each minute in promtool's notation, the time of the check, and whether
    /// the alert fires then.
    private static final String CASES = """
            KeywheelBug       | keywheel_requests_total{path="A",outcome="internal"} _x30 1x30    | 35m | 1
            KeywheelBug       | keywheel_requests_total{path="A",outcome="internal"} _x30 1x30    | 50m | 0
            KeywheelBug       | keywheel_requests_total{path="A",outcome="internal"} 1x30 2x30    | 29m | 0
            KeywheelBug       | keywheel_requests_total{path="A",outcome="internal"} 1x30 2x30    | 35m | 1
            KeywheelBug       | keywheel_requests_total{path="A",outcome="internal"} 1x30 2x30    | 50m | 0
            KeywheelFull      | keywheel_requests_total{path="none",outcome="unavailable"} 0+1x60 | 30m | 1
            KeywheelFull      | keywheel_requests_total{path="A",outcome="unavailable"} 0+1x60    | 30m | 0
            KeywheelChatsFail | keywheel_requests_total{path="A",outcome="unavailable"} 0+1x60    | 30m | 1
            KeywheelChatsFail | keywheel_requests_total{path="A",outcome="key_refused"} 0+1x60    | 30m | 1
            KeywheelChatsFail | keywheel_requests_total{path="A",outcome="ok"} 0+1x60             | 30m | 0
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="client_gone"} 0+1x60    | 30m | 1
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="client_gone"} 0+3x60 & keywheel_requests_total{path="A",outcome="ok"} 0+7x60 & keywheel_request_first_content_seconds_count{path="A"} 0+7x60 | 30m | 1
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="client_gone"} 0+3x60 & keywheel_requests_total{path="A",outcome="ok"} 0+7x60 & keywheel_request_first_content_seconds_count{path="A"} 0+9x60 | 30m | 0
            # Clients that stop a stream after its first content.
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="client_gone"} 0+3x60 & keywheel_requests_total{path="A",outcome="ok"} 0+7x60 & keywheel_request_first_content_seconds_count{path="A"} 0+10x60 | 30m | 0
            # Clients that leave before the first content, beside streams that break off after it.
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="client_gone"} 0+3x60 & keywheel_requests_total{path="A",outcome="interrupted"} 0+3x60 & keywheel_requests_total{path="A",outcome="ok"} 0+4x60 & keywheel_request_first_content_seconds_count{path="A"} 0+7x60 | 30m | 1
            # Between two probes, the keys of a provider that is down count as ready.
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2 0 2 0 2 0 2 0 2 0 2 0 & keywheel_attempts_total{outcome="unavailable"} 0+1x20 | 10m | 1
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 0x20                          | 10m | 1
            # One scrape in four is missed.
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x20 & keywheel_attempts_total{outcome="timed_out"} 0 1 2 _ 4 5 6 _ 8 9 10 _ 12 13 14 _ 16 17 18 | 16m | 1
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x20 & keywheel_attempts_total{outcome="rejected"} 0+1x20 | 10m | 0
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x20 & keywheel_attempts_total{outcome="unavailable"} 0+1x20 & keywheel_attempts_total{outcome="ok"} 0+1x20 | 10m | 0
            KeywheelProviderHasNoReadyKey | keywheel_keys{state="ready"} 2x60 & keywheel_attempts_total{outcome="rejected"} 0+1x60 | 30m | 1
            KeywheelProviderHasNoReadyKey | keywheel_keys{state="ready"} 2x60 & keywheel_attempts_total{outcome="rejected"} 0+1x60 & keywheel_attempts_total{outcome="ok"} 0+1x60 | 30m | 0
            KeywheelProviderHasNoReadyKey | keywheel_keys{state="ready"} 2x60 & keywheel_attempts_total{outcome="cancelled"} 0+1x60 | 30m | 0
            KeywheelKeyOut    | keywheel_key_state{key="groq/1",state="cooling"} 1x45             | 40m | 1
            KeywheelKeyOut    | keywheel_key_state{key="groq/1",state="retired"} 1x45             | 40m | 0
            KeywheelKeyOut    | keywheel_key_state{key="groq/1",state="ready"} 1x45               | 40m | 0
            KeywheelRestarts  | process_start_time_seconds{} 1x20 2 3 4 5x40 & keywheel_build_info{version="1"} 1x60 | 25m | 1
            KeywheelRestarts  | process_start_time_seconds{} 1x20 2 stale 3 stale 4 stale & keywheel_build_info{version="1"} 1x20 1 stale 1 stale 1 stale | 26m | 1
            KeywheelRestarts  | process_start_time_seconds{} 1x20 2x40 & keywheel_build_info{version="1"} 1x60 | 25m | 0
            KeywheelRestarts  | process_start_time_seconds{} 1x20 2 3 4 5x40             | 25m | 0
            KeywheelGone      | keywheel_requests_in_flight{} 0x60                                | 30m | 0
            KeywheelKeyRetired | keywheel_key_state{state="retired"} 1x60                         | 30m | 1
            KeywheelKeyRetired | keywheel_key_state{state="cooling"} 1x60                         | 30m | 0
            KeywheelRequestsWait | keywheel_requests_waiting{} 8x60 & keywheel_requests_in_flight{} 12x60 | 30m | 1
            KeywheelRequestsWait | keywheel_requests_waiting{} 5x60 & keywheel_requests_in_flight{} 12x60 | 30m | 0
            KeywheelRequestsWait | keywheel_requests_waiting{} 8x60 & keywheel_requests_in_flight{} 8x60 | 30m | 0
            KeywheelSlow      | keywheel_request_first_content_seconds_bucket{le="10"} 0+9x60 & keywheel_request_first_content_seconds_bucket{le="20"} 0+10x60 & keywheel_request_first_content_seconds_bucket{le="+Inf"} 0+10x60 | 30m | 1
            KeywheelSlow      | keywheel_request_first_content_seconds_bucket{le="10"} 0+10x60 & keywheel_request_first_content_seconds_bucket{le="20"} 0+10x60 & keywheel_request_first_content_seconds_bucket{le="+Inf"} 0+10x60 | 30m | 0
            # After a restart, only one of the counters seems to have been reset.
            KeywheelSlow      | keywheel_requests_total{path="A",outcome="ok"} 5x20 3x40 & keywheel_request_first_content_seconds_count{path="A"} 5x20 6x40 | 31m | 0
            KeywheelHeap      | jvm_gc_live_data_size_bytes{} 81x60 & jvm_gc_max_data_size_bytes{} 100x60 | 30m | 1
            KeywheelHeap      | jvm_gc_live_data_size_bytes{} 79x60 & jvm_gc_max_data_size_bytes{} 100x60 | 30m | 0
            KeywheelAlone     | keywheel_shared_state_up{} 0x60                                   | 30m | 1
            KeywheelAlone     | keywheel_shared_state_up{} 1x60                                   | 30m | 0
            KeywheelUsageNotSaved | keywheel_usage_saved{} 0x60                                   | 30m | 1
            KeywheelUsageNotSaved | keywheel_usage_saved{} 1x60                                   | 30m | 0
            KeywheelReloadRefused | keywheel_last_reload_successful{} 0x60                        | 30m | 1
            KeywheelReloadRefused | keywheel_last_reload_successful{} 1x60                        | 30m | 0
            # A second less than 14 days, and a second more; time() is 30 minutes.
            KeywheelCertificateExpires | keywheel_tls_certificate_expiry_timestamp_seconds{} 1211399x60 | 30m | 1
            KeywheelCertificateExpires | keywheel_tls_certificate_expiry_timestamp_seconds{} 1211401x60 | 30m | 0
            """;

    /// As [#CASES], with a value each 15 seconds, which is a usual interval of scrapes.
    private static final String FREQUENT_CASES = """
            # One failure without traffic.
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x80 & keywheel_attempts_total{outcome="timed_out"} 3x40 4x40 & keywheel_attempts_total{outcome="ok"} 50x80 | 12m30s | 0
            KeywheelGone          | keywheel_keys{state="ready"} 2x80 | 12m30s | 1
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x80 & keywheel_attempts_total{outcome="timed_out"} 3x40 4x2 5x2 6x2 7x2 8x2 | 13m30s | 1
            # One chat each 150 seconds, which fails.
            KeywheelHasNoReadyKey | keywheel_keys{state="ready"} 2x110 & keywheel_attempts_total{outcome="timed_out"} 1x9 2x9 3x9 4x9 5x9 6x9 7x9 8x9 9x9 10x9 | 20m | 1
            """;

    private static final Pattern RESPONSE = Pattern.compile("(?m)^\\| `(Keywheel\\w+)` \\|");
    private static final SortedSet<String> ALERTS =
            Sources.sorted(Sources.matches(Pattern.compile("- alert: (\\w+)"), Sources.page("alerts.yaml")));

    @Test
    void each_alert_fires_only_for_its_cause(@TempDir Path directory) throws Exception {
        String tests = tests("1m", CASES) + tests("15s", FREQUENT_CASES);
        Path rules = Sources.DOCS.resolve("alerts.yaml").toAbsolutePath();
        Path file = Files.writeString(
                directory.resolve("tests.yml"),
                "rule_files: [\"" + rules + "\"]\nevaluation_interval: 15s\ntests:\n" + tests);

        String said = MetricsPageTest.promtool("", "test", "rules", file.toString());

        assertTrue(said.startsWith("0: "), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void each_alert_has_a_case_that_fires_and_one_that_does_not(String fires) {
        var covered = (CASES + FREQUENT_CASES)
                .lines()
                .filter(line -> line.endsWith("| " + fires))
                .map(line -> line.split(" ", 2)[0]);

        assertEquals(ALERTS, Sources.sorted(covered));
    }

    @Test
    void each_alert_has_a_response() {
        assertEquals(ALERTS, Sources.sorted(Sources.matches(RESPONSE, Sources.page("operations.md"))));
    }

    /// One test with an instance for each case, because promtool makes a database for each test.
    private static String tests(String interval, String cases) {
        var series = new StringJoiner(",");
        var checks = new StringBuilder();
        List<String> rows = cases.lines().filter(line -> !line.startsWith("#")).toList();
        for (int i = 0; i < rows.size(); i++) {
            String[] part = rows.get(i).split(" *\\| *", -1);
            series.add(series(part[1], i));
            checks.append("""
                          - expr: count(ALERTS{alertname="%s",instance=~"%d|",alertstate="firing"}) or vector(0)
                            eval_time: %s
                            exp_samples: [{value: %s}]
                    """.formatted(part[0], i, part[2], part[3]));
        }
        return "  - interval: %s\n    input_series: [%s]\n    promql_expr_test:\n%s"
                .formatted(interval, series, checks);
    }

    private static String series(String recorded, int instance) {
        String labels = "{instance=\"%d\",door=\"json\",".formatted(instance);
        return Stream.of(recorded.split(" & ", -1))
                .map(one -> "{series: '" + one.replace("{", labels).replace("} ", "}', values: ") + "}")
                .collect(Collectors.joining(","));
    }
}
