package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs `docs/alerts.yaml` on recorded counters.
class AlertRulesTest {

    /// @param labels of `keywheel_requests_total`
    /// @param values of the counter, one each minute, in promtool's notation
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KeywheelBug       | path="A",outcome="internal"       | _x30 1x30 | 35m | 1
                    KeywheelBug       | path="A",outcome="internal"       | _x30 1x30 | 50m | 0
                    KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 29m | 0
                    KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 35m | 1
                    KeywheelBug       | path="A",outcome="internal"       | 1x30 2x30 | 50m | 0
                    KeywheelFull      | path="none",outcome="unavailable" | 0+1x60    | 30m | 1
                    KeywheelFull      | path="A",outcome="unavailable"    | 0+1x60    | 30m | 0
                    KeywheelChatsFail | path="A",outcome="unavailable"    | 0+1x60    | 30m | 1
                    KeywheelChatsFail | path="A",outcome="ok"             | 0+1x60    | 30m | 0
                    """)
    void alert_fires_only_for_its_cause(
            String alert, String labels, String values, String time, int firing, @TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("tests.yml"), """
                        rule_files: ["%s"]
                        tests:
                          - interval: 1m
                            input_series:
                              - {series: 'keywheel_requests_total{instance="a",door="json",%s}', values: %s}
                            promql_expr_test:
                              - expr: count(ALERTS{alertname="%s",alertstate="firing"}) or vector(0)
                                eval_time: %s
                                exp_samples: [{value: %s}]
                        """.formatted(
                MetricsPageTest.DOCS.resolve("alerts.yaml").toAbsolutePath(), labels, values, alert, time, firing));

        String said = MetricsPageTest.promtool("", "test", "rules", file.toString());

        assertTrue(said.startsWith("0: "), said);
    }
}
