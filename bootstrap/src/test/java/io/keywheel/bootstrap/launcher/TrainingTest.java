package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs `packaging/gateway.sh`, which the training of the class cache shares with the benchmark of packages.
@DisabledOnOs(OS.WINDOWS)
class TrainingTest {

    /// A simulator that ends as soon as `released` is written, and a gateway that ignores SIGTERM.
    private static final String TRAINING = """
            source '%s'
            (trap ': >stopping; : <released; exit' TERM; : >ready; while :; do doze; done) &
            SIMULATOR_PID=$!
            (trap '' TERM; while :; do doze; done) &
            GATEWAY_PID=$!
            : <ready
            : >started
            while :; do doze; done
            """;

    private final Path directory;
    private final Checkout checkout;

    TrainingTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        checkout = new Checkout(directory);
    }

    @Test
    void second_ctrl_c_does_not_interrupt_the_cleanup() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        for (String fifo : List.of("ready", "started", "stopping", "released")) {
            checkout.fifo(fifo);
        }

        Process training = Launch.start(
                checkout,
                Path.of("/usr/bin/env"),
                directory,
                Map.of("TMPDIR", temporary.toString()),
                "--default-signal=INT",
                "setsid",
                "bash",
                "-c",
                TRAINING.formatted(Path.of("..", "packaging", "gateway.sh").toAbsolutePath()));
        Files.readString(directory.resolve("started"));
        Launch.interrupt(training);
        Files.readString(directory.resolve("stopping"));
        Launch.interrupt(training);
        Files.writeString(directory.resolve("released"), "");

        Launch.finish(training).assertStatus(128 + 2);
        try (var left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
