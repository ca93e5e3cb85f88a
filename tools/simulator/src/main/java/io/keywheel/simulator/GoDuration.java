package io.keywheel.simulator;

import java.math.BigDecimal;
import java.time.Duration;

/// Writes durations as Go does: `825ms`, `2s`, `1m26.4s`.
final class GoDuration {

    private GoDuration() {}

    static String of(Duration duration) {
        if (duration.isPositive() && duration.toMillis() < 1000) {
            return duration.toMillis() + "ms";
        }
        var text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        var seconds = BigDecimal.valueOf(duration.toMillis() % 60_000, 3).stripTrailingZeros();
        return text.append(seconds.toPlainString()).append('s').toString();
    }
}
