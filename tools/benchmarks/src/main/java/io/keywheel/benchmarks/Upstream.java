package io.keywheel.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.keywheel.contract.WireExchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A provider that costs as little as possible. The model of a request selects the answer. `whole-200` has 200
/// bytes of text, and `stream-50` 50 chunks as fast as they go. `paced-50` has a chunk each 5 ms, and `limited`
/// is a 429.
public final class Upstream {

    private static final long PACE_NANOS = 5_000_000;
    private static final Pattern MODEL = Pattern.compile("\"model\" ?: ?\"(\\w+)-?(\\d*)\"");
    private static final String CHUNK =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1764200000,"
                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"logprobs\":null,\"finish_reason\":%s}]%s}\n\n";
    private static final String USAGE =
            ",\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":50,\"total_tokens\":90}";

    private final Map<String, List<byte[]>> replies = new ConcurrentHashMap<>();

    /// Released when the next chunk of each paced stream is due: a timer for each stream would cost more than the
    /// gateway.
    private volatile CountDownLatch due = new CountDownLatch(1);

    private Upstream() {}

    /// Prints its address.
    public static void main(String[] arguments) throws IOException {
        var upstream = new Upstream();
        Thread.ofPlatform().daemon().start(upstream::pace);
        try (var listener = new ServerSocket(0, 2_048, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on http://127.0.0.1:" + listener.getLocalPort());
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> upstream.serve(socket));
            }
        }
    }

    private void pace() {
        for (long next = System.nanoTime(); ; next += PACE_NANOS) {
            LockSupport.parkNanos(next - System.nanoTime());
            CountDownLatch now = due;
            due = new CountDownLatch(1);
            now.countDown();
        }
    }

    @SuppressWarnings("EmptyCatch") // The client has left.
    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
            for (var next = WireExchange.read(socket, in); next != null; next = WireExchange.read(socket, in)) {
                Matcher model = MODEL.matcher(next.body());
                String name = model.find() ? model.group(1) + "-" + model.group(2) : "models-";
                List<byte[]> reply = replies.computeIfAbsent(name, Upstream::reply);
                for (byte[] part : reply) {
                    if (name.startsWith("paced")) {
                        due.await();
                    }
                    socket.getOutputStream().write(part);
                }
            }
        } catch (IOException | InterruptedException _) {
        }
    }

    private static List<byte[]> reply(String model) {
        String[] parts = model.split("-", -1);
        return switch (parts[0]) {
            case "whole" -> List.of(json("200 OK", """
                        {"id":"chatcmpl-1","object":"chat.completion","created":1764200000,"model":"m","choices":[\
                        {"index":0,"message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}]%s}""".formatted("x".repeat(Integer.parseInt(parts[1])), USAGE)));
            case "stream", "paced" -> stream(Integer.parseInt(parts[1]));
            case "limited" ->
                List.of(json(
                        "429 Too Many Requests\r\nRetry-After: 600",
                        "{\"error\":{\"message\":\"Rate limit\",\"code\":\"rate_limit_exceeded\"}}"));
            default -> List.of(json("200 OK", "{\"object\":\"list\",\"data\":[]}"));
        };
    }

    private static byte[] json(String status, String body) {
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    private static List<byte[]> stream(int chunks) {
        var parts = new ArrayList<byte[]>();
        parts.add("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(ISO_8859_1));
        parts.add(chunk(CHUNK.formatted("{\"role\":\"assistant\",\"content\":\"\"}", "null", "")));
        for (int i = 0; i < chunks; i++) {
            parts.add(chunk(CHUNK.formatted("{\"content\":\" word\"}", "null", "")));
        }
        parts.add(chunk(CHUNK.formatted("{}", "\"stop\"", USAGE)));
        parts.add((new String(chunk("data: [DONE]\n\n"), ISO_8859_1) + "0\r\n\r\n").getBytes(ISO_8859_1));
        return List.copyOf(parts);
    }

    private static byte[] chunk(String text) {
        return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(ISO_8859_1);
    }
}
