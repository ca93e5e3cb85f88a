package io.keywheel.domain.usage;

/// The sum of the usage with one key.
public record UsageRow(UsageKey key, UsageTotals totals) {}
