package io.keywheel.simulator;

import io.keywheel.simulator.Quotas.Gauge;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The headers that tell what is left. Both providers tell of requests a day and of tokens a minute and of
/// nothing else, each in its own words.
final class GaugeHeaders {

    private GaugeHeaders() {}

    /// @param daily what it calls requests a day
    /// @param minutely what it calls tokens a minute
    /// @param time how it writes a duration
    static Map<String, String> of(List<Gauge> gauges, String daily, String minutely, Function<Duration, String> time) {
        var headers = new LinkedHashMap<String, String>();
        for (Gauge gauge : gauges) {
            switch (gauge.window()) {
                case RPD -> put(headers, daily, gauge, time);
                case TPM -> put(headers, minutely, gauge, time);
                case RPM, TPD -> {}
            }
        }
        return headers;
    }

    private static void put(Map<String, String> headers, String what, Gauge gauge, Function<Duration, String> time) {
        headers.put("x-ratelimit-limit-" + what, Long.toString(gauge.limit()));
        headers.put("x-ratelimit-remaining-" + what, Long.toString(gauge.remaining()));
        headers.put("x-ratelimit-reset-" + what, time.apply(gauge.reset()));
    }
}
