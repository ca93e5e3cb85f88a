package io.keywheel.domain.usage;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/// A sum of rows.
///
/// @param values the values of the dimensions by which the rows are summed, in their order
public record UsageSum(List<String> values, UsageTotals totals) {

    public UsageSum {
        values = List.copyOf(values);
    }

    public static List<UsageSum> of(Collection<UsageRow> rows, List<UsageDimension> by) {
        var sums = new LinkedHashMap<List<String>, UsageTotals>();
        for (UsageRow row : rows) {
            sums.merge(by.stream().map(each -> each.of(row.key())).toList(), row.totals(), UsageTotals::plus);
        }
        return sums.entrySet().stream()
                .map(sum -> new UsageSum(sum.getKey(), sum.getValue()))
                .sorted((a, b) -> Arrays.compare(a.values.toArray(String[]::new), b.values.toArray(String[]::new)))
                .toList();
    }
}
