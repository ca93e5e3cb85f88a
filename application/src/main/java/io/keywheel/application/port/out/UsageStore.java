package io.keywheel.application.port.out;

import io.keywheel.domain.usage.UsageRow;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/// Keeps usage across restarts. Used by one thread at a time, never by a request's thread.
public interface UsageStore extends AutoCloseable {

    /// Keeps nothing.
    UsageStore NONE = new UsageStore() {
        @Override
        public String id() {
            return "";
        }

        @Override
        public List<UsageRow> load() {
            return List.of();
        }

        @Override
        public void save(Collection<UsageRow> rows, LocalDate oldest) {}

        @Override
        public void close() {}
    };

    /// Rows could not be saved. A later call with all rows may succeed.
    final class NotSavedException extends RuntimeException {

        public NotSavedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Identifies the store among those of other gateways, also after a restart; empty if it keeps nothing.
    String id();

    /// The saved rows, in any order. Called before the first [#save].
    ///
    /// @throws RuntimeException if they cannot be read, which stops the gateway's start
    List<UsageRow> load();

    /// Saves these rows, replaces rows with the same key, and deletes days before `oldest`. After it returns, the
    /// rows outlast the process.
    ///
    /// @throws NotSavedException if the rows cannot be saved now
    void save(Collection<UsageRow> rows, LocalDate oldest);

    /// Called after the last [#save].
    ///
    /// @throws NotSavedException if the system has not kept what was saved
    @Override
    void close();
}
