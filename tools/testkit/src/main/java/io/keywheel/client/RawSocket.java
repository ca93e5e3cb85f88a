package io.keywheel.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A WebSocket client that sends exactly the given frames.
public final class RawSocket implements AutoCloseable {

    /// @param head the first byte: the FIN bit and the opcode
    public record Frame(int head, ByteBuffer payload) {
        public String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }

        public int closeCode() {
            return payload.getShort(0) & 0xffff;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();

    /// The response to the key in RFC 6455's example.
    private static final String ACCEPTED = "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final byte[] MASK = {1, 2, 3, (byte) 0xff};

    private final RawClient client;

    /// @param client the connection, which is closed if the handshake fails
    /// @param headers further headers of the handshake, each as `Name: value`
    public RawSocket(RawClient client, String... headers) {
        this.client = client;
        try {
            String head = client.send(handshake(headers)).readUntil("\r\n\r\n");
            if (!head.startsWith("HTTP/1.1 101 ") || !head.contains(ACCEPTED)) {
                throw new AssertionError(head);
            }
        } catch (RuntimeException | AssertionError e) {
            client.close();
            throw e;
        }
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

    /// A chat request with this id, whose only message is the id.
    ///
    /// @param id must not contain characters that JSON escapes
    public static String chat(String id) {
        return "{\"id\":\"" + id + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + id + "\"}]}";
    }

    public void ask(String id) {
        sendText(chat(id));
    }

    /// @param text each `'` is replaced by a quotation mark
    public void send(String text) {
        sendText(text.replace('\'', '"'));
    }

    public void sendText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(0x81, bytes, 0, bytes.length);
    }

    public void send(int head, byte[] bytes, int from, int length) {
        client.send(bytes(head, bytes, from, length));
    }

    public static byte[] bytes(int head, byte[] bytes, int from, int length) {
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

    public void sayGoodbye() {
        send(0x88, new byte[] {3, (byte) 0xe8}, 0, 2);
    }

    /// The next message, validated against the OpenAPI document.
    public JsonNode next() {
        return message(frame());
    }

    /// The next message that is not a chunk of an answer.
    public JsonNode last() {
        return message(first(frame -> !message(frame).path("type").asText().equals("chunk")));
    }

    private JsonNode message(Frame frame) {
        try {
            JsonNode message = JSON.readTree(frame.text());
            client.description.check("/paths/~1api~1chat~1ws/get/x-messages/gateway/schema", message);
            return message;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /// Skips frames up to the close frame, and returns its code.
    public int closeCode() {
        return first(frame -> frame.head() == 0x88).closeCode();
    }

    /// The next frame; empty if the server has closed the connection.
    public Optional<Frame> nextFrame() {
        InputStream received = client.received();
        int head = RawClient.io(received::read);
        return head < 0 ? Optional.empty() : Optional.of(frame(head, received));
    }

    public Frame frame() {
        return first(_ -> true);
    }

    public Frame frameAfterPongs() {
        return first(frame -> frame.head() != 0x8a);
    }

    private Frame first(Predicate<Frame> wanted) {
        InputStream received = client.received();
        Frame frame = frame(RawClient.io(received::read), received);
        while (!wanted.test(frame)) {
            frame = frame(RawClient.io(received::read), received);
        }
        return frame;
    }

    private static Frame frame(int head, InputStream received) {
        return RawClient.io(() -> {
            var rest = new DataInputStream(received);
            int length = rest.readUnsignedByte();
            if (length == 126) {
                length = rest.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(rest.readLong());
            }
            return new Frame(head, ByteBuffer.wrap(rest.readNBytes(length)));
        });
    }

    public RawClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
