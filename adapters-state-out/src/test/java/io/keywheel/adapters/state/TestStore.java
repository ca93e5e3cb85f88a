package io.keywheel.adapters.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A server of Redis or Valkey on a free port, which a test stops, pauses and starts again.
final class TestStore implements AutoCloseable {

    private final String program;
    private final int port;
    private final List<String> options;
    private Process process;

    private TestStore(String program, List<String> options) {
        this.program = program;
        this.options = options;
        port = freePort();
        process = run();
    }

    /// The servers that are installed. Without any, the tests are skipped.
    static List<String> programs() {
        List<String> installed = Stream.of("redis-server", "valkey-server")
                .filter(name -> Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .toList();
        Assumptions.assumeFalse(installed.isEmpty(), "skipped: neither redis-server nor valkey-server is installed");
        return installed;
    }

    static TestStore start(String... options) {
        return new TestStore(programs().getFirst(), List.of(options));
    }

    static TestStore startProgram(String program, String... options) {
        return new TestStore(program, List.of(options));
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run() {
        var command = new ArrayList<>(List.of(
                program, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
        command.addAll(options);
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitPort(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort(Process started) {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20); System.nanoTime() < end; ) {
            if (!started.isAlive()) {
                throw new IllegalStateException(program + " ended with " + started.exitValue());
            }
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException(program + " does not listen");
    }

    int port() {
        return port;
    }

    RedisSharedState.Address address() {
        return new RedisSharedState.Address("127.0.0.1", port, false, "", "", 0);
    }

    /// Ends at once, as at a loss of power.
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// Starts again, with nothing in it.
    void startAgain() {
        process = run();
    }

    /// Answers no more, and keeps its connections.
    void pause() {
        signal("STOP");
    }

    void goOn() {
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
            throw new IllegalStateException(e);
        }
    }

    /// The reply to a command of an operator, or of a hostile writer.
    Object run(redis.clients.jedis.Protocol.Command command, String... arguments) {
        var connection = new StoreConnection(address());
        try {
            connection.waitAtMost(TestGateway.LONG);
            connection.sendCommand(command, arguments);
            Object reply = connection.getOne();
            return reply == null ? "" : reply;
        } finally {
            connection.abort();
        }
    }

    @Override
    public void close() {
        signal("CONT");
        kill();
    }
}
