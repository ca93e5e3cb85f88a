package io.keywheel.bootstrap.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A provider that answers chats, byte for byte, with what a test tells it to, one on each connection.
final class Upstream implements AutoCloseable {

    /// Answers a chat in whatever way. What it throws closes the connection.
    @FunctionalInterface
    interface Script {
        void answer(String request, OutputStream out) throws IOException;
    }

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private static final String NO_MODELS = answer("HTTP/1.1 200 OK\nContent-Type: application/json", "[]");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger left = new AtomicInteger();
    private volatile Script script = (_, _) -> {};

    Upstream() throws IOException {
        Thread.ofVirtual().start(this::listen);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /// @param head without the length, which follows from the body
    void answersWith(String head, String body) {
        byte[] answer = answer(head, body).getBytes(StandardCharsets.UTF_8);
        answersWith((_, out) -> out.write(answer));
    }

    void answersWith(Script next) {
        script = next;
    }

    private static String answer(String head, String body) {
        return head.strip().replace("\n", "\r\n") + "\r\nConnection: close\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /// The heads of all chats so far.
    List<String> heads() {
        return List.copyOf(heads);
    }

    /// Of how many chats the gateway has ended its side, which a provider hears also while it is stuck writing.
    int left() {
        return left.get();
    }

    private void listen() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            return; // closed
        }
    }

    @SuppressWarnings("EmptyCatch") // the gateway sees its connection closed
    private void serve(Socket socket) {
        try (socket) {
            String head = head(socket.getInputStream());
            Matcher length = LENGTH.matcher(head);
            byte[] body = socket.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            if (head.startsWith("POST")) {
                heads.add(head);
                Thread.ofVirtual().start(() -> listenForTheEnd(socket));
                script.answer(new String(body, StandardCharsets.UTF_8), socket.getOutputStream());
            } else {
                socket.getOutputStream().write(NO_MODELS.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
        }
    }

    private void listenForTheEnd(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {}
            left.incrementAndGet();
        } catch (IOException _) {
            left.incrementAndGet(); // a reset is an end
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the gateway left");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
