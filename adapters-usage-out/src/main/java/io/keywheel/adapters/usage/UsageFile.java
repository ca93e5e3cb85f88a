package io.keywheel.adapters.usage;

import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.usage.UsageRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/// Keeps usage in the file `usage.db` of a directory. Each save appends a chunk with a checksum: of a file that ends
/// within one, the chunks before count. One process at a time has the file.
///
/// For one thread at a time.
public final class UsageFile implements UsageStore {

    /// The number says what its rows look like.
    private static final String ROWS = "usage-1";

    private static final String UNREADABLE = " cannot be read: move it away to begin anew";

    /// Saves between two looks for chunks of which less than 80 % is still needed.
    private static final int SAVES_PER_COMPACTION = 100;

    private final Path file;
    private @Nullable MVStore store;
    private int saves;

    /// The file cannot be used. The message says why and what to do.
    public static final class UnusableException extends RuntimeException {

        private static final long serialVersionUID = 1;

        UnusableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private UsageFile(Path file) {
        this.file = file;
    }

    /// @param directory is made where it is not there
    /// @param warnings takes what is lost of a file that is not whole
    /// @throws UnusableException if usage cannot be kept there
    public static UsageFile open(Path directory, Consumer<String> warnings) {
        Path file = directory.resolve("usage.db");
        var opened = new UsageFile(file);
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "usage", ".try"));
            if (FileEnd.isTorn(file)) {
                warnings.accept(file + " ends in the middle of what was written last: what came before counts");
            }
            opened.load();
        } catch (IOException e) {
            throw new UnusableException(
                    "nothing can be written to " + directory + ": "
                            + e.getClass().getSimpleName().replace("Exception", ""),
                    e);
        }
        return opened;
    }

    private static UnusableException unusable(Path file, MVStoreException e) {
        return new UnusableException(
                e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
                        ? file + " is in use by another gateway: each needs a directory of its own"
                        : file + UNREADABLE,
                e);
    }

    private MVMap<String, String> rows() {
        if (store == null) {
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .cacheSize(1)
                    .open();
        }
        return store.openMap(ROWS);
    }

    /// @throws UnusableException if the file is damaged
    @Override
    public List<UsageRow> load() {
        try {
            return rows().entrySet().stream()
                    .map(row -> RowText.read(row.getKey(), row.getValue()))
                    .toList();
        } catch (MVStoreException e) {
            throw unusable(file, e);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(file + UNREADABLE, e);
        }
    }

    @Override
    public void save(Collection<UsageRow> changed, LocalDate oldest) {
        try {
            MVMap<String, String> rows = rows();
            changed.forEach(row -> rows.put(RowText.key(row.key()), RowText.totals(row.totals())));
            String first = rows.firstKey();
            while (first != null && first.compareTo(oldest.toString()) < 0) {
                rows.remove(first);
                first = rows.firstKey();
            }
            MVStore open = rows.getStore();
            open.commit();
            if (++saves % SAVES_PER_COMPACTION == 0) {
                open.compact(80, 1 << 20);
            }
        } catch (MVStoreException e) {
            letGo();
            throw new NotSavedException(String.valueOf(cause(e).getMessage()), e);
        }
    }

    private static Throwable cause(Throwable e) {
        return e.getCause() == null ? e : cause(e.getCause());
    }

    /// After a failure the store is of no more use; the next save opens it anew.
    private void letGo() {
        if (store != null) {
            store.closeImmediately();
            store = null;
        }
    }

    /// All is saved by then. The file is not compacted now: that moves chunks which are needed.
    @Override
    public void close() {
        try {
            if (store != null) {
                store.close();
            }
        } catch (MVStoreException _) {
            letGo();
        }
        store = null;
    }
}
