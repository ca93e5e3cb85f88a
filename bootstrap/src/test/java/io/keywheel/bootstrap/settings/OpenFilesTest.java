package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.settings.clients.OpenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpenFilesTest {

    @Test
    void sufficient_open_file_limit_is_no_warning() {
        assertEquals(Optional.empty(), new OpenFiles(1000 + 500 + 128).warning(1000, 500));
        assertEquals(Optional.empty(), new OpenFiles(Long.MAX_VALUE).warning(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void low_open_file_limit_is_a_warning_with_both_numbers_and_a_remedy() {
        String warning = new OpenFiles(1000 + 500 + 127).warning(1000, 500).orElseThrow();

        assertTrue(
                warning.startsWith("the system lets this program have 1627 files open, but 1628 may be needed: 1000 for"
                        + " connections of clients, 500 for calls to providers, 128 of its own."),
                warning);
        assertTrue(warning.contains("ulimit -Hn"), warning);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void limit_equals_max_open_files_of_the_process() throws Exception {
        List<String> limits = Files.readAllLines(Path.of("/proc/self/limits"));
        String files = limits.stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[3])
                .findFirst()
                .orElseThrow();

        assertEquals(Long.parseLong(files), OpenFiles.ofThisProgram().most());
    }
}
