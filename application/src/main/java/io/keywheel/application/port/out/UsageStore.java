package io.keywheel.application.port.out;

import io.keywheel.domain.usage.UsageRow;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/// Keeps usage from one start to the next. Used by one thread at a time, which is none of a request.
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

    /// All that is kept.
    List<UsageRow> load();

    /// Keeps these rows, each in the place of the one with its key, and forgets what is before `oldest`. When it
    /// returns, the end of this process does not lose them.
    ///
    /// @throws NotSavedException where that is not possible now
    void save(Collection<UsageRow> rows, LocalDate oldest);

    @Override
    void close();
}
