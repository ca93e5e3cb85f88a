package io.keywheel.domain.usage;

/// A sum, and of what.
public record UsageRow(UsageKey key, UsageTotals totals) {}
