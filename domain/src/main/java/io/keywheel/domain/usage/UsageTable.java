package io.keywheel.domain.usage;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The usage of the last days, which tracks changed rows. Not thread-safe.
public final class UsageTable {

    /// Enough for a year of a hundred clients with three models each, at some 300 bytes per row.
    private static final int MOST_ROWS = 100_000;

    /// The most models of a client on a day: a client can make up any number of models that no provider has.
    private static final int MOST_MODELS = 100;

    private static final String OTHER = "other";

    private final int days;
    private final TreeMap<UsageKey, UsageTotals> rows = new TreeMap<>();
    private final Set<UsageKey> changed = new HashSet<>();

    /// @param days how many days are kept, including today
    public UsageTable(int days) {
        this.days = days;
    }

    /// Adds a row that was saved earlier, and does not count it as changed.
    public void restore(UsageRow row) {
        rows.merge(row.key(), row.totals(), UsageTotals::plus);
    }

    /// Beyond [#MOST_MODELS] and [#MOST_ROWS], a new provider or model is counted as `other`.
    ///
    /// @param today may go back by a day at most
    public void add(RequestRecord request, LocalDate today) {
        var key = new UsageKey(today, request.client(), request.provider(), request.model());
        if (!rows.containsKey(key)
                && (rows.size() >= MOST_ROWS || of(request.client(), today).size() >= MOST_MODELS)) {
            key = new UsageKey(today, request.client(), OTHER, OTHER);
        }
        rows.merge(key, UsageTotals.of(request), UsageTotals::plus);
        changed.add(key);
        drop(oldest(today));
    }

    private SortedMap<UsageKey, UsageTotals> of(String client, LocalDate day) {
        return rows.subMap(new UsageKey(day, client, "", ""), new UsageKey(day, client + '\0', "", ""));
    }

    public UsageTotals total(String client, LocalDate day) {
        return of(client, day).values().stream().reduce(UsageTotals.NONE, UsageTotals::plus);
    }

    public LocalDate oldest(LocalDate today) {
        return today.minusDays(days - 1L);
    }

    private void drop(LocalDate oldest) {
        while (!rows.isEmpty() && rows.firstKey().day().toEpochDay() < oldest.toEpochDay()) {
            changed.remove(rows.pollFirstEntry().getKey());
        }
    }

    /// The rows that have changed since the last call.
    public List<UsageRow> takeChanges() {
        List<UsageRow> taken = changed.stream()
                .map(key -> new UsageRow(key, Objects.requireNonNull(rows.get(key))))
                .toList();
        changed.clear();
        return taken;
    }

    public void changeAll() {
        changed.addAll(rows.keySet());
    }

    /// A copy of the rows of these days.
    ///
    /// @param to inclusive
    /// @param client null for all
    public List<UsageRow> rows(LocalDate from, LocalDate to, @Nullable String client) {
        return rows.entrySet().stream()
                .filter(row -> from.toEpochDay() <= row.getKey().day().toEpochDay()
                        && row.getKey().day().toEpochDay() <= to.toEpochDay()
                        && (client == null || row.getKey().client().equals(client)))
                .map(row -> new UsageRow(row.getKey(), row.getValue()))
                .toList();
    }
}
