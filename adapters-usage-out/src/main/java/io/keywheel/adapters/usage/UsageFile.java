package io.keywheel.adapters.usage;

import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.usage.UsageRow;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/// Stores usage in the file `usage.db` of a directory. Each save appends a chunk with a checksum; if the file
/// ends within a chunk, the chunks before it are used. Only one process can open the file at a time.
///
/// Not thread-safe.
public final class UsageFile implements UsageStore {

    private static final String NAME = "usage.db";

    /// The map's name; its number is the version of the row format.
    private static final String ROWS = "usage-1";

    /// The map with the file's own properties.
    private static final String PROPERTIES = "file";

    private static final String ID = "id";

    private static final String UNREADABLE = " cannot be read: move it away to begin anew";

    /// The least room that a new file needs.
    private static final byte[] FIRST_BLOCKS = new byte[3 * 4096];

    /// The number of saves after which chunks with less than 80 % live data are compacted.
    private static final int SAVES_PER_COMPACTION = 100;

    /// The space of so many last saves is not reused: the system may not have written them to the disk yet.
    private static final int KEPT_SAVES = 90;

    private final Path file;
    private final boolean readsOnly;
    private @Nullable MVStore store;

    /// Saved with the first rows.
    private String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    private int saves;

    /// The file cannot be used. The message contains the reason and what to do.
    public static final class UnusableException extends RuntimeException {

        UnusableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private UsageFile(Path file, boolean readsOnly) {
        // MVStore would replace a `~` in front by the user's home directory.
        this.file = file.toAbsolutePath();
        this.readsOnly = readsOnly;
    }

    /// @param directory created if missing
    /// @param warnings receives a message about lost data if the file is incomplete
    /// @throws UnusableException if usage cannot be kept there
    public static UsageFile open(Path directory, Consumer<String> warnings) {
        var opened = new UsageFile(directory.resolve(NAME), false);
        long saved = prepare(directory, opened.file);
        createFile(opened.file);
        opened.load();
        opened.warnOfLoss(saved, warnings);
        return opened;
    }

    /// Checks whether usage can be stored in `directory`, and leaves no file or directory behind.
    ///
    /// @param warnings receives a message if data would be lost, or if another gateway uses the file
    /// @throws UnusableException if usage cannot be kept there
    public static void check(Path directory, Consumer<String> warnings) {
        var made = new ArrayList<Path>();
        // A dangling link exists, too: it is not this check's to delete.
        for (Path path = directory;
                path != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
                path = path.getParent()) {
            made.add(path);
        }
        try (var checked = new UsageFile(directory.resolve(NAME), true)) {
            long saved = prepare(directory, checked.file);
            // MVStore opens no empty file for reading.
            if (checked.file.toFile().length() > 0) {
                checked.load();
            }
            checked.warnOfLoss(saved, warnings);
        } catch (UnusableException e) {
            if (!(e.getCause() instanceof MVStoreException cause && isLocked(cause))) {
                throw e;
            }
            warnings.accept(String.valueOf(e.getMessage()));
        } finally {
            made.forEach(path -> path.toFile().delete());
        }
    }

    /// Creates the directory, checks that it is writable, and returns the [version][FileEnd#version] of the file.
    /// Before it is locked, another gateway may be writing to it.
    private static long prepare(Path directory, Path file) {
        try {
            Files.createDirectories(directory, forItsOwner(directory, "rwx------"));
            Path created = Files.createTempFile(directory, "usage", ".try");
            try {
                // With a file, a full disk stops no start: usage then stays in memory.
                if (file.toFile().length() == 0) {
                    Files.write(created, FIRST_BLOCKS);
                }
            } finally {
                Files.delete(created);
            }
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
        try {
            return FileEnd.version(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /// Creates the file with restricted permissions, because the directory may have others.
    private static void createFile(Path file) {
        try {
            Files.createFile(file, forItsOwner(file, "rw-------"));
        } catch (FileAlreadyExistsException _) {
            // If another gateway has created it, locking it fails later.
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /// Permissions for the owner only, if the file system supports them: the file contains clients' names.
    private static FileAttribute<?>[] forItsOwner(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private void warnOfLoss(long saved, Consumer<String> warnings) {
        if (store != null && store.getCurrentVersion() < saved) {
            warnings.accept(file + " is torn or damaged: what was written before counts");
        }
    }

    private static UnusableException unwritable(Path path, Throwable e) {
        return new UnusableException("nothing can be written to " + path + ": " + reason(e), e);
    }

    private static String reason(Throwable e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or directory";
            case FileAlreadyExistsException _ -> "a part of the path is a file, or a link to nothing";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    static UnusableException unusable(Path file, MVStoreException e) {
        if (isLocked(e)) {
            return new UnusableException(file + " is in use by another gateway: each needs a directory of its own", e);
        }
        // If the system fails to read the file, its content may be intact. The end of the file is not such a failure.
        return new UnusableException(
                cause(e) instanceof IOException failure && !(failure instanceof EOFException)
                        ? file + " cannot be read: " + reason(failure)
                        : file + UNREADABLE,
                e);
    }

    private static boolean isLocked(MVStoreException e) {
        return e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED;
    }

    private MVMap<String, String> map(String name) {
        if (store == null) {
            var builder = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .cacheSize(1);
            store = (readsOnly ? builder.readOnly() : builder).open();
            // A time instead would be the wall clock's: MVStore would reuse nothing until a clock set back catches up.
            store.setRetentionTime(-1);
            store.setVersionsToKeep(KEPT_SAVES);
        }
        return store.openMap(name);
    }

    @Override
    public String id() {
        return id;
    }

    /// @throws UnusableException if the file is damaged
    @Override
    public List<UsageRow> load() {
        try {
            MVMap<String, String> rows = map(ROWS);
            id = map(PROPERTIES).getOrDefault(ID, id);
            return rows.entrySet().stream()
                    .map(row -> RowText.read(row.getKey(), row.getValue()))
                    .toList();
        } catch (MVStoreException e) {
            discardStore();
            throw unusable(file, e);
        } catch (RuntimeException | StackOverflowError e) {
            // MVStore does not detect all damage, and a row may be unreadable.
            discardStore();
            throw new UnusableException(file + UNREADABLE, e);
        }
    }

    @Override
    public void save(Collection<UsageRow> changed, LocalDate oldest) {
        try {
            map(PROPERTIES).putIfAbsent(ID, id);
            MVMap<String, String> rows = map(ROWS);
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
        } catch (MVStoreException | StackOverflowError e) {
            throw notSaved(e);
        }
    }

    private NotSavedException notSaved(Throwable e) {
        discardStore();
        Throwable cause = cause(e);
        return new NotSavedException(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), e);
    }

    private static Throwable cause(Throwable e) {
        return e.getCause() == null ? e : cause(e.getCause());
    }

    /// Closes the store after a failure, so that the next save opens it again.
    private void discardStore() {
        if (store != null) {
            store.closeImmediately();
            store = null;
        }
    }

    /// Closes the store without compacting it, which would move live chunks. All rows have been saved before, but only
    /// here does MVStore ask the system whether it has written them to the disk.
    @Override
    public void close() {
        try {
            if (store != null) {
                store.close();
            }
        } catch (MVStoreException e) {
            throw notSaved(e);
        }
        store = null;
    }
}
