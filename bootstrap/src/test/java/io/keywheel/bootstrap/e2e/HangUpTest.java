package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// SIGHUP, to the program in a process of its own. No provider is there.
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class HangUpTest {

    @TempDir
    private Path directory;

    private void write(String... lines) throws IOException {
        Files.write(
                directory.resolve(".env"),
                List.of("KEYWHEEL_PORT=0", "GROQ_BASE_URL=http://127.0.0.1:1", String.join("\n", lines)));
    }

    @Test
    void a_hang_up_has_the_settings_of_the_directory_read_anew_and_ends_nothing() throws Exception {
        write("GROQ_API_KEYS=canary-1");
        try (var program = RunningProgram.startIn(directory, "serve", Map.of())) {
            program.address();

            write("GROQ_API_KEYS=canary-1,canary-2");
            program.hangUp();
            String joined = program.lineWith("read anew");
            write("GROQ_API_KEYS=canary-2,canary 3");
            program.hangUp();
            String refused = program.lineWith("read anew");
            program.terminate();

            assertTrue(joined.contains("joined groq/2 ("), joined);
            assertTrue(joined.contains("1 stay"), joined);
            assertTrue(refused.contains(" WARN "), refused);
            assertTrue(refused.contains("nothing has changed: GROQ_API_KEYS, entry 2"), refused);
            assertFalse((joined + refused).contains("canary"), refused);
            assertEquals(0, program.exitStatus());
        }
    }
}
