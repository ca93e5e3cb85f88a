package io.keywheel.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/// Chats over plain sockets: each connection sends the next request when its answer has ended.
final class Load {

    /// The token of all requests; a gateway without access tokens ignores it.
    static final String TOKEN = "a-token-of-the-benchmarks";

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

    /// @param micros of each answer, sorted
    /// @param processorTime of the server
    record Result(long[] micros, double seconds, Duration processorTime, long failures) {

        Result and(Result other) {
            return new Result(
                    LongStream.concat(LongStream.of(micros), LongStream.of(other.micros))
                            .sorted()
                            .toArray(),
                    seconds + other.seconds,
                    processorTime.plus(other.processorTime),
                    failures + other.failures);
        }

        double processorMicros() {
            return processorTime.toNanos() / 1e3 / Math.max(1, micros.length);
        }

        double perSecond() {
            return micros.length / seconds;
        }

        double millis(int percent) {
            return micros.length == 0 ? 0 : micros[(micros.length - 1) * percent / 100] / 1000.0;
        }
    }

    private final JavaProcess server;
    private final byte[] request;
    private final int connections;

    /// @param prompt its length in bytes
    Load(JavaProcess server, Api api, String model, int prompt, int connections) {
        this.server = server;
        this.connections = connections;
        boolean streamed = !model.contains("whole");
        String body = api.body(model, "x".repeat(prompt), streamed);
        this.request = ("POST " + api.path(streamed)
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Authorization: Bearer " + TOKEN + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    Result run(Duration time) {
        var micros = new ConcurrentLinkedQueue<Long>();
        var failures = new AtomicLong();
        Duration before = server.processorTime();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                threads.execute(() -> {
                    try (var socket = open(server.address())) {
                        while (System.nanoTime() < end) {
                            long sent = System.nanoTime();
                            socket.getOutputStream().write(request);
                            failures.addAndGet(read(socket.getInputStream()) == 200 ? 0 : 1);
                            micros.add((System.nanoTime() - sent) / 1_000);
                        }
                    } catch (IOException _) {
                        failures.incrementAndGet();
                    }
                });
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Duration used = server.processorTime().minus(before);
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(sorted, seconds, used, failures.get());
    }

    /// Sends each request once and leaves it unanswered until the returned value is closed.
    AutoCloseable hold() throws IOException {
        List<Socket> sockets = new CopyOnWriteArrayList<>();
        for (int i = 0; i < connections; i++) {
            Socket socket = open(server.address());
            socket.getOutputStream().write(request);
            sockets.add(socket);
        }
        return () -> {
            for (Socket socket : sockets) {
                socket.close();
            }
        };
    }

    private static Socket open(URI server) throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static int read(InputStream in) throws IOException {
        byte[] buffer = new byte[16 << 10];
        String head = some(in, buffer);
        while (!head.contains("\r\n\r\n")) {
            head += some(in, buffer);
        }
        int end = head.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(head.substring(0, end));
        if (length.find()) {
            for (long left = Long.parseLong(length.group(1)) - (head.length() - end - 4); left > 0; ) {
                left -= some(in, buffer).length();
            }
        } else {
            for (String tail = head; !tail.endsWith(LAST_CHUNK); ) {
                String more = some(in, buffer);
                tail = more.length() >= LAST_CHUNK.length() ? more : tail + more;
            }
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static String some(InputStream in, byte[] buffer) throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            throw new IOException("the server has closed the connection");
        }
        return new String(buffer, 0, count, ISO_8859_1);
    }
}
