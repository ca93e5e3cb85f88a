package io.keywheel.application.port.in;

import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The usage of clients. Safe for any number of threads.
public interface UsageUseCase {

    /// The days for which usage is kept. The last one is today in UTC.
    record Days(LocalDate first, LocalDate last) {

        /// The part of these days from `from` to `to`; without an overlap, the requested days.
        ///
        /// @param from null for any
        /// @param to null for any; not before `from`
        public Days within(@Nullable LocalDate from, @Nullable LocalDate to) {
            LocalDate begin = from == null || from.isBefore(first) ? first : from;
            LocalDate end = to == null || to.isAfter(last) ? last : to;
            return begin.isAfter(end)
                    ? new Days(from == null ? end : from, to == null ? begin : to)
                    : new Days(begin, end);
        }
    }

    Days days();

    /// A chat has ended. Does no I/O.
    void ended(RequestRecord request);

    /// The sums of these days.
    ///
    /// @param client null for all
    List<UsageSum> usage(Days days, List<UsageDimension> by, @Nullable String client);

    /// The matching chats among the last thousand that ended; the latest start comes first.
    List<RequestRecord> requests(Predicate<RequestRecord> which);
}
