package io.keywheel.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A raw socket client for details that HTTP clients hide.
final class SimulatorSocket implements AutoCloseable {

    /// Some milliseconds on a quiet machine.
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final Socket socket;

    SimulatorSocket(Simulator simulator) throws IOException {
        var root = simulator.baseUrl(Provider.GROQ);
        socket = new Socket(root.getHost(), root.getPort());
        socket.setSoTimeout((int) LONGEST.toMillis());
    }

    SimulatorSocket send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// Sends a chat to Groq.
    SimulatorSocket chat(String body) throws IOException {
        return send("POST /groq/openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\nUser-Agent: wire\r\n"
                + "Authorization: Bearer gsk_one\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    String until(String words) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(words) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("closed after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LONGEST);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
