package io.keywheel.adapters.usage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks the probe that `./keywheel check` makes of the usage directory.
class UsageProbeTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-28");

    private final List<String> warnings = new ArrayList<>();

    private final Path directory;
    private final Path file;

    UsageProbeTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("usage.db");
    }

    @Test
    void probe_creates_no_files() throws IOException {
        Path deep = directory.resolve("a").resolve("b");
        UsageFile.probe(deep, warnings::add);
        UsageFile.probe(directory, warnings::add);

        assertEquals(List.of(), warnings);
        try (var left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void probe_does_not_modify_the_file() throws IOException {
        try (var store = UsageFile.open(directory, warnings::add)) {
            store.save(List.of(UsageFileTest.row(TODAY, "alice", 1)), TODAY);
        }
        byte[] before = Files.readAllBytes(file);

        UsageFile.probe(directory, warnings::add);

        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of(), warnings);
    }

    @Test
    void probe_rejects_an_unusable_file() throws IOException {
        Files.writeString(file, "nothing of ours".repeat(1000));
        assertThrows(UsageFile.UnusableException.class, () -> UsageFile.probe(directory, warnings::add));
        Path below = Files.writeString(directory.resolve("text"), "").resolve("d");
        assertThrows(UsageFile.UnusableException.class, () -> UsageFile.probe(below, warnings::add));
        assertTrue(Files.exists(file));
    }

    /// A running gateway may be writing, so the end of its file is not checked.
    @Test
    void probe_of_a_locked_file_reports_only_the_lock() throws IOException {
        try (var _ = UsageFile.open(directory, warnings::add)) {
            Files.write(file, new byte[100], StandardOpenOption.APPEND);

            assertThrows(UsageFile.UnusableException.class, () -> UsageFile.open(directory, warnings::add));
            assertEquals(List.of(), warnings);
            UsageFile.probe(directory, warnings::add);
        }
        assertEquals(List.of(file + " is in use by another gateway: each needs a directory of its own"), warnings);
    }
}
