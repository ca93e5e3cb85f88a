package io.keywheel.adapters.http;

import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import io.keywheel.domain.usage.UsageTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// In-memory usage; all requests count for 2026-11-28.
public final class KnownUsage implements UsageUseCase {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-28");

    private final List<RequestRecord> requests = new ArrayList<>();
    private final UsageTable table = new UsageTable(90);

    /// Runs on the thread of a chat, after its answer.
    volatile Runnable onEnd = () -> {};

    @Override
    public Days days() {
        return new Days(table.oldest(TODAY), TODAY);
    }

    @Override
    public synchronized void ended(RequestRecord request) {
        onEnd.run();
        requests.addFirst(request);
        table.add(request, TODAY);
    }

    @Override
    public synchronized List<UsageSum> usage(Days days, List<UsageDimension> by, @Nullable String client) {
        return UsageSum.of(table.rows(days.first(), days.last(), client), by);
    }

    @Override
    public synchronized List<RequestRecord> requests(Predicate<RequestRecord> which) {
        return requests.stream().filter(which).toList();
    }
}
