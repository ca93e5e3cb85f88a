package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs `docs/alerts.yaml` on recorded counters.
class AlertRulesTest {

    /// The alert, labels of `keywheel_requests_total`, its values of each minute in promtool's notation, the time
    /// of the check, and whether the alert fires then.
    private static final String CASES = """
            KeywheelBug       | path="A",outcome="internal"       | _x30 1x30 | 35m | 1
            KeywheelBug       | path="A",outcome="internal"       | _x30 1x30 | 50m | 0
            KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 29m | 0
            KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 35m | 1
            KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 50m | 0
            KeywheelFull      | path="none",outcome="unavailable" | 0+1x60    | 30m | 1
            KeywheelFull      | path="A",outcome="unavailable"    | 0+1x60    | 30m | 0
            KeywheelChatsFail | path="A",outcome="unavailable"    | 0+1x60    | 30m | 1
            KeywheelChatsFail | path="A",outcome="ok"             | 0+1x60    | 30m | 0
            """;

    @Test
    void each_alert_fires_only_for_its_cause(@TempDir Path directory) throws Exception {
        String tests = CASES.lines()
                .map(line -> line.split(" *\\| *", -1))
                .map(part -> """
                          - interval: 1m
                            input_series:
                              - {series: 'keywheel_requests_total{instance="a",door="json",%2$s}', values: %3$s}
                            promql_expr_test:
                              - expr: count(ALERTS{alertname="%1$s",alertstate="firing"}) or vector(0)
                                eval_time: %4$s
                                exp_samples: [{value: %5$s}]
                        """.formatted((Object[]) part))
                .collect(Collectors.joining());
        Path rules = Sources.DOCS.resolve("alerts.yaml").toAbsolutePath();
        Path file =
                Files.writeString(directory.resolve("tests.yml"), "rule_files: [\"" + rules + "\"]\ntests:\n" + tests);

        String said = MetricsPageTest.promtool("", "test", "rules", file.toString());

        assertTrue(said.startsWith("0: "), said);
    }
}
