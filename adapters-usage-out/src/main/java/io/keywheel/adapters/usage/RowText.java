package io.keywheel.adapters.usage;

import io.keywheel.domain.usage.UsageKey;
import io.keywheel.domain.usage.UsageRow;
import io.keywheel.domain.usage.UsageTotals;
import java.time.LocalDate;
import java.util.stream.Stream;

/// Encodes a row as texts. The key begins with the day, so that rows are sorted by age.
final class RowText {

    private static final String BETWEEN = "\t";
    private static final int KEY_PARTS = 4;
    private static final int COUNTS = 7;

    private RowText() {}

    static String key(UsageKey key) {
        return String.join(BETWEEN, key.day().toString(), key.client(), key.provider(), key.model());
    }

    static String totals(UsageTotals totals) {
        return "%s %s %s %s %s %s %s"
                .formatted(
                        totals.requests(),
                        totals.failures(),
                        totals.input(),
                        totals.output(),
                        totals.cached(),
                        totals.reasoning(),
                        totals.durationMillis());
    }

    /// @throws RuntimeException if the texts are no encoded row
    static UsageRow read(String key, String totals) {
        String[] parts = key.split(BETWEEN, -1);
        long[] counts = Stream.of(totals.split(" ")).mapToLong(Long::parseLong).toArray();
        if (parts.length != KEY_PARTS || counts.length != COUNTS) {
            throw new IllegalArgumentException("no row of usage: " + key);
        }
        return new UsageRow(
                new UsageKey(LocalDate.parse(parts[0]), parts[1], parts[2], parts[3]),
                new UsageTotals(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]));
    }
}
