package io.keywheel.domain.usage;

import java.util.List;

/// An answer to [UsageTable#sums].
///
/// @param values of the dimensions that were asked for, in their order
public record UsageSum(List<String> values, UsageTotals totals) {

    public UsageSum {
        values = List.copyOf(values);
    }
}
