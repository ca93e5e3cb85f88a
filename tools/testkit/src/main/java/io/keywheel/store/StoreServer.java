package io.keywheel.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A `redis-server` or `valkey-server` process on a free local port. It persists nothing, and can be killed,
/// paused and restarted.
public final class StoreServer implements AutoCloseable {

    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 32_000;
    private static final int TIMEOUT_SECONDS = 60;

    private final String program;
    private final int port = freePort();

    /// A replica writes its copy to disk, and every server reads the files that it finds there.
    private final Path directory;

    private final List<String> options;
    private Process process;

    private StoreServer(String program, List<String> options) {
        this.program = program;
        this.options = options;
        try {
            directory = Files.createTempDirectory("store");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = started();
        // Kills the server with this JVM.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /// The installed server programs.
    public static List<String> programs() {
        return Stream.of("redis-server", "valkey-server")
                .filter(name -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .toList();
    }

    /// Returns when the server listens.
    ///
    /// @param options further command-line options
    public static StoreServer start(String program, String... options) {
        return new StoreServer(program, List.of(options));
    }

    /// A free port below Linux's ephemeral range, so that no outgoing connection takes it before the server listens.
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // The port is in use.
            }
        }
    }

    private Process started() {
        var command = new ArrayList<>(List.of(program, "--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", directory.toString()));
        command.addAll(options);
        try {
            Process begun = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitPort(begun);
            return begun;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort(Process begun) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (System.nanoTime() < end && begun.isAlive()) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException(program + " does not listen");
    }

    public int port() {
        return port;
    }

    /// The value for `KEYWHEEL_SHARED_STATE`.
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Kills the server immediately, as a power failure would.
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// Restarts the server, without data.
    public void startAgain() {
        process = started();
    }

    /// Stops answering, but keeps the connections.
    public void pause() {
        signal("STOP");
    }

    /// Ends the pause.
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        goOn();
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
