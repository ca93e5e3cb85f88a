package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.JarSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A separate process that reloads, or that has too few file descriptors or threads. [ProgramTest] and [CapacityTest]
/// cover stops by signals.
@DisabledOnOs(OS.WINDOWS)
class SighupTest {

    private static final int FEW_FILES = 150;

    @TempDir
    private Path directory;

    /// Writes a file with a provider of an adapter in `adapters`, and Groq.
    private void write(Path adapters, String... lines) throws IOException {
        var all = new ArrayList<>(List.of(
                "KEYWHEEL_PORT=0",
                "KEYWHEEL_ADAPTERS=" + adapters,
                "KEYWHEEL_PROVIDERS=held,groq",
                "HELD_BASE_URL=http://127.0.0.1:1",
                "HELD_DEFAULT_MODEL=any",
                "GROQ_BASE_URL=http://127.0.0.1:1"));
        Collections.addAll(all, lines);
        Files.write(directory.resolve(".env"), all);
    }

    /// Builds a folder with an adapter for the provider `id`.
    private Path adapter(String id, String open, String body) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("adapters"));
        new JarSource(directory.resolve("work"))
                .source("acme/" + id + "/Adapter.java", JarSource.adapter(id, id, open, body))
                .offering("acme." + id + ".Adapter")
                .jar(folder.resolve(id + ".jar"));
        return folder;
    }

    /// Builds an adapter that opens only once a SIGHUP is pending, so the gateway does not listen before.
    private Path adapterThatAwaitsAHangUp() throws IOException {
        String open = """
                System.out.println("opening");
                while (Thread.getAllStackTraces().keySet().stream().noneMatch(Adapter::isHangUpThatWaits)) {
                    Thread.onSpinWait();
                }
                return (LlmPort) java.lang.reflect.Proxy.newProxyInstance(
                        Adapter.class.getClassLoader(), new Class<?>[] {LlmPort.class}, (self, method, given) -> null);
                """;
        return adapter("held", open, """
                private static boolean isHangUpThatWaits(Thread thread) {
                    return thread.getName().equals("SIGHUP handler") && thread.getState() == Thread.State.WAITING;
                }
                """);
    }

    @Test
    void sighup_reloads_and_without_file_descriptors_the_program_exits_with_1() throws Exception {
        Path adapters = adapterThatAwaitsAHangUp();
        write(adapters, "GROQ_API_KEYS=canary-1");
        try (var program = RunningProgram.startIn(directory, FEW_FILES)) {
            program.lineWith("opening");
            program.hangUp();
            String first = program.lineWith("reloaded");
            URI keys = program.address().resolve("/api/keys");

            write(adapters, "GROQ_API_KEYS=canary-1,canary-2", "KEYWHEEL_ACCESS_TOKENS=canary-token");
            program.hangUp();
            String added = program.lineWith("reloaded");
            write(adapters, "GROQ_API_KEYS=canary-2,canary 3");
            program.hangUp();
            String refused = program.lineWith("reloaded");
            write(adapters, "GROQ_API_KEYS=canary-2");
            program.hangUp();
            String open = program.lineWith("reloaded");

            assertTrue(first.contains("2 unchanged"), first);
            assertTrue(open.contains("nothing has changed: KEYWHEEL_ACCESS_TOKENS has no token any more"), open);
            assertTrue(added.contains("added groq/2 ("), added);
            assertTrue(added.contains("2 unchanged; access tokens: 1 added"), added);
            assertTrue(refused.contains(" WARN "), refused);
            assertTrue(refused.contains("nothing has changed: GROQ_API_KEYS, entry 2"), refused);
            assertFalse((added + refused + open).contains("canary"), refused);
            var request = HttpRequest.newBuilder(keys).build();
            var authorized = World.with(request, "Authorization", "Bearer canary-token");
            try (var client = HttpClient.newHttpClient()) {
                assertEquals(
                        401, client.send(request, BodyHandlers.discarding()).statusCode());
                assertEquals(
                        200, client.send(authorized, BodyHandlers.discarding()).statusCode());
            }

            assertEquals(1, exitStatusOfFullGateway(keys, program));
        }
    }

    @Test
    void more_connections_than_file_descriptors_do_not_end_the_program() throws Exception {
        Files.write(
                directory.resolve(".env"),
                List.of("KEYWHEEL_PORT=0", "GROQ_API_KEYS=canary-1", "GROQ_BASE_URL=http://127.0.0.1:1"));
        var sockets = new ArrayList<Socket>();
        try (var program = RunningProgram.startIn(directory, 2 * FEW_FILES);
                var client = HttpClient.newHttpClient()) {
            URI live = program.address().resolve("/health/live");
            while (sockets.size() < 3 * FEW_FILES) {
                sockets.add(new Socket(live.getHost(), live.getPort()));
            }

            var request = HttpRequest.newBuilder(live).build();
            assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void too_few_file_descriptors_for_a_start_are_one_line_and_status_2() throws Exception {
        try (var program = RunningProgram.startIn(directory, 40)) {
            String output = program.output();

            assertTrue(output.matches("Keywheel cannot start: .*: Too many open files"), output);
            assertEquals(2, program.exitStatus());
        }
    }

    /// As if the system permitted no further thread. Those that run would keep Java running, without a listener.
    @Test
    void error_that_nothing_catches_ends_the_program_with_status_1() throws Exception {
        Path folder = adapter("starved", """
                new Thread(() -> { while (true) java.util.concurrent.locks.LockSupport.park(); }).start();
                throw new OutOfMemoryError("unable to create native thread");
                """, "");
        try (var program = RunningProgram.start(Environment.of(
                "KEYWHEEL_ADAPTERS=" + folder,
                "KEYWHEEL_PROVIDERS=starved",
                "STARVED_BASE_URL=http://127.0.0.1:1",
                "STARVED_DEFAULT_MODEL=any",
                "KEYWHEEL_PORT=0"))) {
            program.lineWith("Keywheel ends: java.lang.OutOfMemoryError: unable to create native thread");

            assertEquals(1, program.exitStatus());
        }
    }

    /// Keeps all connections open until the program ends.
    private static int exitStatusOfFullGateway(URI gateway, RunningProgram program) throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            while (sockets.size() < FEW_FILES) {
                sockets.add(new Socket(gateway.getHost(), gateway.getPort()));
            }
        } catch (ConnectException _) {
            // The gateway has stopped listening.
        }
        program.lineWith("no longer accepts connections");
        int status = program.exitStatus();
        for (Socket socket : sockets) {
            socket.close();
        }
        return status;
    }
}
