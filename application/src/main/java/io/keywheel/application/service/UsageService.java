package io.keywheel.application.service;

import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageRow;
import io.keywheel.domain.usage.UsageSum;
import io.keywheel.domain.usage.UsageTable;
import io.keywheel.domain.usage.UsageTotals;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Keeps the last requests and the sums in memory. [#save] writes changes to the store.
final class UsageService implements UsageUseCase {

    private static final int MOST_REQUESTS = 1000;
    private static final Comparator<RequestRecord> LATEST_FIRST = Comparator.<RequestRecord, Instant>comparing(
                    request -> request.timing().began())
            .reversed();

    private final RuntimeServices services;
    private final UsageStore store;

    /// The latest to end comes first.
    private final Deque<RequestRecord> requests = new ArrayDeque<>();
    private final UsageTable table;

    /// @param usageDays the number of days for which usage is kept, including today
    UsageService(RuntimeServices services, UsageStore store, int usageDays) {
        this.services = services;
        this.store = store;
        this.table = new UsageTable(usageDays);
        store.load().forEach(table::restore);
    }

    @Override
    public synchronized Days days() {
        LocalDate today = today();
        return new Days(table.oldest(today), today);
    }

    @Override
    public synchronized void ended(RequestRecord request) {
        requests.addFirst(request);
        if (requests.size() > MOST_REQUESTS) {
            requests.removeLast();
        }
        if (request.ending().admitted()) {
            table.add(request, today());
        }
    }

    private LocalDate today() {
        return day(services.wallTime().apply(services.clock().instant()));
    }

    private static LocalDate day(Instant wallTime) {
        return wallTime.atZone(ZoneOffset.UTC).toLocalDate();
    }

    @Override
    public List<UsageSum> usage(Days days, List<UsageDimension> by, @Nullable String client) {
        List<UsageRow> rows;
        synchronized (this) {
            rows = table.rows(days.first(), days.last(), client);
        }
        // Outside the lock, so that no ending chat waits while many rows are summed.
        return UsageSum.of(rows, by);
    }

    /// The usage of a client on the UTC day of `wallTime`.
    synchronized UsageTotals total(String client, Instant wallTime) {
        return table.total(client, day(wallTime));
    }

    @Override
    public List<RequestRecord> requests(Predicate<RequestRecord> which) {
        List<RequestRecord> copy;
        synchronized (this) {
            copy = List.copyOf(requests);
        }
        return copy.stream().filter(which).sorted(LATEST_FIRST).toList();
    }

    /// As [Gateway#saveUsage]. Only the calling thread waits for the store.
    void save() {
        List<UsageRow> changes;
        LocalDate oldest;
        synchronized (this) {
            changes = table.takeChanges();
            oldest = days().first();
        }
        if (changes.isEmpty()) {
            return;
        }
        try {
            store.save(changes, oldest);
        } catch (RuntimeException e) {
            synchronized (this) {
                table.changeAll();
            }
            throw e;
        }
    }
}
