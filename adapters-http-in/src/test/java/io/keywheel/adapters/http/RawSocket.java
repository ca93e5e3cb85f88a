package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A WebSocket client that sends exactly the given frames.
public final class RawSocket implements AutoCloseable {

    /// @param head the first byte: the final bit and the kind
    record Frame(int head, ByteBuffer payload) {
        String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }

        int closeCode() {
            return payload.getShort(0) & 0xffff;
        }
    }

    private static final byte[] MASK = {1, 2, 3, (byte) 0xff};

    private final RawClient client;

    RawSocket(int port) {
        client = new RawClient(port);
        client.send(handshake());
        String head = client.readUntil("\r\n\r\n");
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(head);
        }
    }

    private RawSocket(RawClient client) {
        this.client = client;
    }

    /// One whose handshake `client` has made.
    static RawSocket on(RawClient client) {
        return new RawSocket(client);
    }

    public static String handshake(String... more) {
        var headers = new ArrayList<>(List.of(
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        headers.addAll(List.of(more));
        return RawClient.head("GET /api/chat/ws", headers.toArray(String[]::new));
    }

    /// The request for a chat of this id, which says nothing but the id.
    static String chat(String id) {
        return "{\"id\":\"" + id + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + id + "\"}]}";
    }

    void ask(String id) {
        sendText(chat(id));
    }

    /// @param text in which `'` stands for a quotation mark
    void send(String text) {
        sendText(text.replace('\'', '"'));
    }

    void sendText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(0x81, bytes, 0, bytes.length);
    }

    void send(int head, byte[] bytes, int from, int length) {
        client.send(bytes(head, bytes, from, length));
    }

    static byte[] bytes(int head, byte[] bytes, int from, int length) {
        var frame = ByteBuffer.allocate(length + 14).put((byte) head);
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        frame.put(MASK);
        for (int i = 0; i < length; i++) {
            frame.put((byte) (bytes[from + i] ^ MASK[i % 4]));
        }
        byte[] all = new byte[frame.position()];
        frame.flip().get(all);
        return all;
    }

    void sayGoodbye() {
        send(0x88, new byte[] {3, (byte) 0xe8}, 0, 2);
    }

    /// The next message, which is as the gateway describes it.
    JsonNode next() {
        JsonNode message = TestServer.json(frame().text());
        Described.check(message);
        return message;
    }

    /// With which the server closes, after whatever else it sends.
    int closeCode() {
        Frame frame = frame();
        while (frame.head() != 0x88) {
            frame = frame();
        }
        return frame.closeCode();
    }

    /// Empty when the server has closed.
    Optional<Frame> nextFrame() {
        int head = client.read();
        return head < 0 ? Optional.empty() : Optional.of(frame(head));
    }

    Frame frame() {
        return frame(client.read());
    }

    Frame frameAfterPongs() {
        Frame frame = frame();
        while (frame.head() == 0x8a) {
            frame = frame();
        }
        return frame;
    }

    private Frame frame(int head) {
        int length = client.read();
        if (length == 126) {
            length = ByteBuffer.wrap(client.read(2)).getShort() & 0xffff;
        }
        return new Frame(head, ByteBuffer.wrap(client.read(length)));
    }

    RawClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
