package io.keywheel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JavaProcessTest {

    @Test
    void address_fails_if_the_program_exits_before_listening() throws Exception {
        var output = new CopyOnWriteArrayList<String>();
        var version = JavaProcess.java(Map.of(), List.of("--version"));
        try (var program = JavaProcess.start(version, output::add)) {
            assertThrows(IOException.class, program::address);

            program.end().join();
            assertEquals(0, program.process().waitFor());
            assertTrue(output.getFirst().startsWith("openjdk"), output::toString);
        }
    }
}
