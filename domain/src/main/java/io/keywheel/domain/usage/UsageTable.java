package io.keywheel.domain.usage;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The usage of some days, and which of it has changed. For one thread at a time.
public final class UsageTable {

    /// A year of a hundred clients with three models each, at some 300 bytes.
    private static final int MOST_ROWS = 100_000;

    private static final String OTHER = "other";

    private final int days;
    private final TreeMap<UsageKey, UsageTotals> rows = new TreeMap<>();
    private final Set<UsageKey> changed = new HashSet<>();

    /// @param days how many are kept, with today
    public UsageTable(int days) {
        this.days = days;
    }

    /// Adds what was kept from an earlier time, which is no change.
    public void restore(UsageRow row) {
        rows.merge(row.key(), row.totals(), UsageTotals::plus);
    }

    /// Beyond [#MOST_ROWS], a new provider or model is counted as `other`.
    ///
    /// @param today never more than a day before an earlier one
    public void add(RequestRecord request, LocalDate today) {
        var key = new UsageKey(today, request.client(), request.provider(), request.model());
        if (rows.size() >= MOST_ROWS && !rows.containsKey(key)) {
            key = new UsageKey(today, request.client(), OTHER, OTHER);
        }
        rows.merge(key, UsageTotals.of(request), UsageTotals::plus);
        changed.add(key);
        drop(oldest(today));
    }

    /// The first day that is kept.
    public LocalDate oldest(LocalDate today) {
        return today.minusDays(days - 1L);
    }

    private void drop(LocalDate oldest) {
        while (!rows.isEmpty() && rows.firstKey().day().toEpochDay() < oldest.toEpochDay()) {
            changed.remove(rows.pollFirstEntry().getKey());
        }
    }

    /// The rows that have changed since this was last asked.
    public List<UsageRow> takeChanges() {
        List<UsageRow> taken = changed.stream()
                .map(key -> new UsageRow(key, Objects.requireNonNull(rows.get(key))))
                .toList();
        changed.clear();
        return taken;
    }

    /// From now on all rows count as changed.
    public void changeAll() {
        changed.addAll(rows.keySet());
    }

    /// Sums the rows of these days by some dimensions, in the order of their values.
    ///
    /// @param to with this day
    public List<UsageSum> sums(LocalDate from, LocalDate to, List<UsageDimension> by, Predicate<UsageKey> which) {
        var sums = new LinkedHashMap<List<String>, UsageTotals>();
        for (Map.Entry<UsageKey, UsageTotals> row : rows.entrySet()) {
            UsageKey key = row.getKey();
            long day = key.day().toEpochDay();
            if (from.toEpochDay() <= day && day <= to.toEpochDay() && which.test(key)) {
                sums.merge(by.stream().map(each -> each.of(key)).toList(), row.getValue(), UsageTotals::plus);
            }
        }
        return sums.entrySet().stream()
                .map(sum -> new UsageSum(sum.getKey(), sum.getValue()))
                .sorted(Comparator.comparing(UsageSum::values, UsageTable::compare))
                .toList();
    }

    private static int compare(List<String> a, List<String> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
