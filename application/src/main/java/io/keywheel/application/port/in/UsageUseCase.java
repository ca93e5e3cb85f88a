package io.keywheel.application.port.in;

import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who used what. Safe for any number of threads.
public interface UsageUseCase {

    /// Which days usage is kept of, the last one being today in UTC.
    record Days(LocalDate first, LocalDate last) {

        /// Those of these days that are from `from` to `to`; if there are none, the first comes after the last.
        public Days within(LocalDate from, LocalDate to) {
            return new Days(
                    LocalDate.ofEpochDay(Math.max(first.toEpochDay(), from.toEpochDay())),
                    LocalDate.ofEpochDay(Math.min(last.toEpochDay(), to.toEpochDay())));
        }
    }

    Days days();

    /// A chat has ended. Never blocks on more than memory.
    void ended(RequestRecord request);

    /// The sums of these days.
    ///
    /// @param client null for all
    List<UsageSum> usage(Days days, List<UsageDimension> by, @Nullable String client);

    /// The last thousand chats that match, the latest first.
    List<RequestRecord> requests(Predicate<RequestRecord> which);
}
