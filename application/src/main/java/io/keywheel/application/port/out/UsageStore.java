package io.keywheel.application.port.out;

import io.keywheel.domain.usage.UsageRow;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/// Keeps usage from one start to the next. One thread at a time uses it, never that of a request.
public interface UsageStore extends AutoCloseable {

    /// Keeps nothing.
    UsageStore NONE = new UsageStore() {
        @Override
        public List<UsageRow> load() {
            return List.of();
        }

        @Override
        public void save(Collection<UsageRow> rows, LocalDate oldest) {}

        @Override
        public void close() {}
    };

    /// Rows could not be saved. A later attempt may succeed, with all rows.
    final class NotSavedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        public NotSavedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// All rows in the store.
    List<UsageRow> load();

    /// Saves these rows, each in place of the row with its key, and forgets days before `oldest`. After it returns,
    /// the rows outlast the process.
    ///
    /// @throws NotSavedException where that is not possible now
    void save(Collection<UsageRow> rows, LocalDate oldest);

    @Override
    void close();
}
