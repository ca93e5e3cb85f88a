package io.keywheel.adapters.usage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.usage.UsageKey;
import io.keywheel.domain.usage.UsageRow;
import io.keywheel.domain.usage.UsageTotals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFileTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-28");
    private static final String LONG = "-".repeat(5000);
    private static final String LOSS = " is torn or damaged: what was written before counts";

    private final List<String> warnings = new ArrayList<>();

    private final Path directory;
    private final Path file;

    UsageFileTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("usage.db");
    }

    private UsageFile open() {
        return UsageFile.open(directory, warnings::add);
    }

    /// The check comes first: it must leave what it has found.
    private void assertUnusable(Path directory, String problem) {
        assertEquals(problem, unusable(() -> UsageFile.check(directory, warnings::add)));
        assertEquals(problem, unusable(() -> UsageFile.open(directory, warnings::add)));
    }

    private static String unusable(Executable opening) {
        return String.valueOf(
                assertThrows(UsageFile.UnusableException.class, opening).getMessage());
    }

    static UsageRow row(LocalDate day, String client, long requests) {
        return new UsageRow(
                new UsageKey(day, client, "groq", "openai/gpt-oss-120b"),
                new UsageTotals(requests, 1, 2, 3, 4, 5, Long.MAX_VALUE));
    }

    @Test
    void created_directories_are_accessible_only_to_their_owner() throws IOException {
        Path outer = directory.resolve("a");
        Path inner = outer.resolve("b");

        UsageFile.open(inner, warnings::add).close();

        assertEquals("rwx------", permissions(outer));
        assertEquals("rwx------", permissions(inner));
        assertTrue(Files.exists(inner.resolve("usage.db")));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void empty_file_opens_without_warnings() throws IOException {
        Files.createFile(file);

        UsageFile.check(directory, warnings::add);
        open().close();

        assertEquals(List.of(), warnings);
    }

    @Test
    void file_is_accessible_only_to_its_owner() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        open().close();

        assertEquals("rw-------", permissions(file));
    }

    @Test
    void file_with_rows_keeps_its_id_and_a_new_file_has_another() {
        String unsaved;
        String saved;
        try (var store = open()) {
            unsaved = store.id();
        }
        try (var store = open()) {
            assertNotEquals(unsaved, store.id());
            store.save(List.of(row(TODAY, "alice", 1)), TODAY);
            saved = store.id();
        }

        try (var store = open()) {
            assertEquals(saved, store.id());
        }
    }

    @Test
    void saved_rows_are_loaded_after_reopening() {
        try (var store = open()) {
            store.save(List.of(row(TODAY, "alice", 1), row(TODAY, "bob", 1)), TODAY);
            store.save(List.of(row(TODAY, "alice", 2)), TODAY);
            assertEquals(2, store.load().size());
        }

        try (var store = open()) {
            assertEquals(List.of(row(TODAY, "alice", 2), row(TODAY, "bob", 1)), store.load());
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void rows_before_the_oldest_day_are_deleted() {
        try (var store = open()) {
            store.save(
                    List.of(row(TODAY.minusDays(2), "alice", 1), row(TODAY.minusDays(1), "alice", 1)),
                    TODAY.minusDays(2));
            store.save(List.of(row(TODAY, "alice", 1)), TODAY.minusDays(1));

            assertEquals(List.of(row(TODAY.minusDays(1), "alice", 1), row(TODAY, "alice", 1)), store.load());
            store.save(List.of(), TODAY.plusDays(1));
            assertEquals(List.of(), store.load());
        }
    }

    /// Without the link to a disk that is not mounted yet, the next start would make a directory elsewhere.
    @Test
    void file_or_dangling_link_in_place_of_the_directory_is_unusable() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("not-mounted"));

        for (Path path : List.of(taken, link)) {
            assertUnusable(
                    path, "nothing can be written to " + path + ": a part of the path is a file, or a link to nothing");
        }
    }

    /// The permissions of a file in /sys apply to root, too.
    @ParameterizedTest
    @CsvSource({"not-mounted, no such file or directory", "/sys/devices/system/cpu/online, permission denied"})
    void dangling_link_or_read_only_file_is_unusable(String target, String reason) throws IOException {
        Files.createSymbolicLink(file, directory.resolve(target));

        assertUnusable(directory, "nothing can be written to " + file + ": " + reason);
    }

    @Test
    void file_without_a_save_opens_without_warnings() throws IOException {
        Path killed = directory.resolve("killed");
        try (var _ = open()) {
            Files.copy(file, killed);
        }
        UsageFile.check(directory, warnings::add);
        Files.move(killed, file, StandardCopyOption.REPLACE_EXISTING);

        UsageFile.check(directory, warnings::add);
        open().close();

        assertEquals(List.of(), warnings);
    }

    @Test
    void directory_that_cannot_be_created_is_unusable() {
        var nowhere = Path.of("/proc/nowhere");

        assertEquals(
                "nothing can be written to " + nowhere + ": no such file or directory",
                unusable(() -> UsageFile.open(nowhere, warnings::add)));
    }

    @Test
    void file_locked_by_another_gateway_is_unusable() {
        try (var _ = open()) {
            assertEquals(
                    file + " is in use by another gateway: each needs a directory of its own", unusable(this::open));
        }
        open().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5000, 20_000})
    void corrupt_file_is_unusable(int bytes) throws IOException {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        Files.write(file, noise);

        assertUnusable(directory, file + " cannot be read: move it away to begin anew");
        assertTrue(Files.exists(file));
    }

    @Test
    void file_that_the_system_cannot_read_is_unusable_for_its_reason() {
        var failure = DataUtils.newMVStoreException(
                DataUtils.ERROR_READING_FAILED,
                "Could not open file {0}",
                file,
                new IOException("Too many open files"));

        assertEquals(
                file + " cannot be read: Too many open files",
                UsageFile.unusable(file, failure).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "today\ta\tb\tc, 1 2 3 4 5 6 7",
        "2026-11-28\ta\tb, 1 2 3 4 5 6 7",
        "2026-11-28\ta\tb\tc, 1 2 3",
        "2026-11-28\ta\tb\tc, 1 2 3 4 5 6 7 8",
        "2026-11-28\ta\tb\tc\td, 1 2 3 4 5 6 7",
        "2026-11-28\ta\tb\tc, 1 2 3 4 5 6 x"
    })
    void file_with_invalid_rows_is_unusable_and_released(String key, String totals) {
        try (MVStore store = MVStore.open(file.toString())) {
            store.openMap("usage-1").put(key, totals);
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            assertEquals(file + " cannot be read: move it away to begin anew", unusable(this::open));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"usage-1", "file"})
    void file_with_values_of_another_type_is_unusable(String map) {
        try (MVStore store = MVStore.open(file.toString())) {
            store.openMap(map).put("id", 7);
        }
        assertEquals(file + " cannot be read: move it away to begin anew", unusable(this::open));
    }

    /// As MVStore recurses without end over some damaged files. The value is too deep for the stack of other threads.
    @Test
    void file_that_overflows_the_stack_is_unusable() throws InterruptedException {
        var writer = new Thread(null, this::saveDeepValue, "writer", 1L << 28);
        writer.start();
        writer.join();

        assertEquals(file + " cannot be read: move it away to begin anew", unusable(this::open));
    }

    private void saveDeepValue() {
        Object value = "";
        for (int depth = 0; depth < 100_000; depth++) {
            value = new Object[] {value};
        }
        try (MVStore store = MVStore.open(file.toString())) {
            store.openMap("usage-1").put("key", value);
        }
    }

    /// MVStore replaces a `~` in front by the user's home directory.
    @Test
    void relative_directory_may_begin_with_a_tilde() throws IOException {
        Path relative = Path.of("~", directory.getFileName().toString());
        try {
            UsageFile.open(relative, warnings::add).close();

            assertTrue(Files.size(relative.resolve("usage.db")) > 0);
        } finally {
            Files.deleteIfExists(relative.resolve("usage.db"));
            Files.deleteIfExists(relative);
            Files.deleteIfExists(relative.getParent());
        }
    }

    /// Truncates the file at a random position, or at the end of a block within a chunk.
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6})
    void truncated_file_loses_only_the_last_saves_with_a_warning(long seed) throws IOException {
        var random = new Random(seed);
        List<Long> sizes = new ArrayList<>();
        try (var store = open()) {
            for (int i = 1; i <= 50; i++) {
                store.save(List.of(row(TODAY, "alice", i), row(TODAY, "c" + i + LONG, 1)), TODAY);
                sizes.add(Files.size(file));
            }
            // The file as SIGKILL leaves it.
            Files.copy(file, directory.resolve("copy"));
        }
        long cut = seed == 0 ? 4096 : 1 + random.nextLong(sizes.getLast() - sizes.get(40));
        byte[] whole = Files.readAllBytes(directory.resolve("copy"));
        Files.write(file, Arrays.copyOf(whole, (int) (whole.length - cut)));

        try (var store = open()) {
            long requests = store.load().getFirst().totals().requests();
            assertTrue(requests >= 38 && requests < 50, "saves that are left: " + requests);
            assertEquals(requests + 1, store.load().size());
            store.save(List.of(row(TODAY, "alice", 99)), TODAY);
        }
        if (!sizes.contains(whole.length - cut)) {
            assertEquals(List.of(file + LOSS), warnings);
        }
        warnings.clear();
        try (var store = open()) {
            assertEquals(99, store.load().getFirst().totals().requests());
        }
        assertEquals(List.of(), warnings, "it is whole again");
    }

    /// Damages the last chunk, but not its end: the power may fail before the disk has written what comes before. Or
    /// removes whole chunks, as a copy does that stops on a full disk.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void damage_that_leaves_a_whole_end_loses_the_last_saves_with_a_warning(int removed) throws IOException {
        byte[] bytes;
        try (var store = open()) {
            for (int i = 1; i <= 50; i++) {
                store.save(List.of(row(TODAY, "alice", i)), TODAY);
            }
            // Before a stop, only the end has the last version.
            bytes = Files.readAllBytes(file);
        }
        if (removed > 0) {
            bytes = Files.readAllBytes(file);
        } else {
            Arrays.fill(bytes, bytes.length - 4096, bytes.length - 512, (byte) 0);
        }
        Files.write(file, Arrays.copyOf(bytes, bytes.length - removed * 4096));
        UsageFile.check(directory, warnings::add);
        assertEquals(List.of(file + LOSS), warnings);
        warnings.clear();

        try (var store = open()) {
            long requests = store.load().getFirst().totals().requests();
            assertTrue(requests > 0 && requests < 50, "saves that are left: " + requests);
            store.save(List.of(row(TODAY, "alice", 99)), TODAY);
        }
        assertEquals(List.of(file + LOSS), warnings);
        warnings.clear();
        try (var store = open()) {
            assertEquals(99, store.load().getFirst().totals().requests());
        }
        assertEquals(List.of(), warnings, "it is whole again");
    }

    /// The saves take less time than MVStore would keep old chunks for, as if the wall clock were set back.
    @Test
    void file_size_stays_bounded_after_many_saves() throws IOException {
        var random = new Random(1);
        Map<String, Long> known = new HashMap<>();
        try (var store = open()) {
            for (int i = 0; i < 1500; i++) {
                String client = "c" + random.nextInt(100);
                long requests = known.getOrDefault(client, 0L) + 1;
                known.put(client, requests);
                store.save(List.of(row(TODAY, client, requests)), TODAY);
            }
        }
        assertTrue(Files.size(file) < 2 << 20, "bytes: " + Files.size(file));
        try (var store = open()) {
            var left = new HashSet<UsageRow>();
            known.forEach((client, requests) -> left.add(row(TODAY, client, requests)));
            assertEquals(left, new HashSet<>(store.load()));
        }
        assertEquals(List.of(), warnings);
    }

    /// Saves growing totals and prints each, until it is killed, a save fails, or its output is closed.
    static final class EndlessSaver {

        private EndlessSaver() {}

        public static void main(String[] arguments) {
            LocalDate today = LocalDate.parse("2026-11-28");
            UsageFile store;
            try {
                store = UsageFile.open(Path.of(arguments[0]), warning -> {});
            } catch (UsageFile.UnusableException e) {
                System.out.println("unusable: " + e.getMessage());
                return;
            }
            long requests = store.load().isEmpty()
                    ? 0
                    : store.load().getFirst().totals().requests();
            try {
                while (!System.out.checkError()) {
                    requests++;
                    var rows = new ArrayList<>(List.of(row(today, "alice", requests)));
                    for (int i = 0; i < 50; i++) {
                        rows.add(row(today, "client-" + (requests * 50 + i) % 5000, requests));
                    }
                    store.save(rows, today);
                    System.out.println(requests);
                }
            } catch (UsageStore.NotSavedException e) {
                System.out.println("not saved: " + e.getMessage());
            }
        }
    }

    /// A separate process saves until it is killed.
    @Test
    void completed_saves_survive_sigkill() throws Exception {
        for (int round = 0; round < 2; round++) {
            long returned = savedWhenKilled(20 + 60 * round);

            try (var store = open()) {
                long saved = store.load().getFirst().totals().requests();
                assertTrue(saved >= returned, returned + " had returned, " + saved + " are there");
            }
        }
    }

    private long savedWhenKilled(int saves) throws Exception {
        Process process = saver(List.of());
        long returned = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (int i = 0; i < saves; i++) {
                returned = Long.parseLong(String.valueOf(lines.readLine()));
            }
            process.destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("\\d+")) {
                    returned = Long.parseLong(line);
                }
            }
        } catch (IOException _) {
            // The pipe broke with the process.
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return returned;
    }

    /// Simulates a full disk by a file size limit.
    private String lastLineWithin(int blocks) throws Exception {
        Process process = saver(List.of("/bin/sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "sh"));
        String last = process.inputReader().lines().reduce("", (_, line) -> line);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return last;
    }

    /// Starts an [EndlessSaver].
    ///
    /// @param limit the begin of its command line
    private Process saver(List<String> limit) throws IOException {
        var command = new ArrayList<>(limit);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                EndlessSaver.class.getName(),
                directory.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    @Test
    void full_disk_fails_the_save_and_saving_works_again_with_space() throws Exception {
        String failure = lastLineWithin(100);
        assertTrue(failure.startsWith("not saved: "), failure);

        try (var store = open()) {
            assertTrue(!store.load().isEmpty());
            store.save(List.of(row(TODAY, "alice", 1_000_000)), TODAY);
            assertEquals(1_000_000, store.load().getFirst().totals().requests());
        }
    }

    @Test
    void full_disk_at_startup_is_reported_and_the_file_opens_later() throws Exception {
        String failure = lastLineWithin(0);

        assertTrue(failure.startsWith("unusable: nothing can be written to " + directory + ": "), failure);
        assertTrue(Files.notExists(file));
        open().close();
    }

    @Test
    void closed_store_reopens_at_the_next_save() {
        var store = open();
        store.close();

        store.save(List.of(row(TODAY, "alice", 1)), TODAY);

        assertEquals(1, store.load().size());
        store.close();
    }

    @Test
    void save_works_again_after_a_failure() {
        try (var store = open()) {
            // Closes the file before the write.
            Thread.currentThread().interrupt();
            assertThrows(UsageStore.NotSavedException.class, () -> store.save(List.of(), TODAY));
            assertTrue(Thread.interrupted());

            store.save(List.of(row(TODAY, "alice", 1)), TODAY);

            assertEquals(1, store.load().size());
        }
    }

    @Test
    void close_that_cannot_write_fails_and_the_file_opens_later() {
        var store = open();
        store.save(List.of(row(TODAY, "alice", 1)), TODAY);

        // Closes the file before the last write.
        Thread.currentThread().interrupt();
        assertThrows(UsageStore.NotSavedException.class, store::close);

        assertTrue(Thread.interrupted());
        try (var later = open()) {
            assertEquals(1, later.load().size());
        }
    }

    @Test
    void probe_creates_no_files() throws IOException {
        Path deep = directory.resolve("a").resolve("b");
        UsageFile.check(deep, warnings::add);
        UsageFile.check(directory, warnings::add);

        assertEquals(List.of(), warnings);
        try (var left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void probe_does_not_modify_the_file() throws IOException {
        try (var store = UsageFile.open(directory, warnings::add)) {
            store.save(List.of(row(TODAY, "alice", 1)), TODAY);
        }
        byte[] before = Files.readAllBytes(file);

        UsageFile.check(directory, warnings::add);

        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of(), warnings);
    }

    /// A running gateway may be writing, so the end of its file is not checked.
    @Test
    void probe_of_a_locked_file_reports_only_the_lock() throws IOException {
        try (var _ = UsageFile.open(directory, warnings::add)) {
            Files.write(file, new byte[100], StandardOpenOption.APPEND);

            assertThrows(UsageFile.UnusableException.class, () -> UsageFile.open(directory, warnings::add));
            assertEquals(List.of(), warnings);
            UsageFile.check(directory, warnings::add);
        }
        assertEquals(List.of(file + " is in use by another gateway: each needs a directory of its own"), warnings);
    }
}
