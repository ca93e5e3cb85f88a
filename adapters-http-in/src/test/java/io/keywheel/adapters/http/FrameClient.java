package io.keywheel.adapters.http;

import io.keywheel.adapters.http.hpack.FieldDecoder;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A client of HTTP/2 that sends exactly the frames it is told to.
final class FrameClient implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int CANCEL = 8;

    /// @param payload as it came, without being unpacked
    record Frame(int type, int flags, int stream, ByteBuffer payload) {

        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /// Of a reset or a goodbye.
        int errorCode() {
            return payload.get(payload.limit() - 1);
        }
    }

    /// What came of a stream.
    ///
    /// @param status 0 if there was no head
    /// @param reset why it was reset; less than zero if it was not
    record Reply(int status, Map<String, String> fields, String body, int reset) {}

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RawClient raw;
    private final List<Frame> unread = new ArrayList<>();

    private FrameClient(Door door, String protocol) {
        raw = RawClient.overTls(door.gateway.port(), Certified.CONTEXT, protocol);
    }

    /// One that has said nothing yet.
    static FrameClient silent(Door door) {
        return new FrameClient(door, "h2");
    }

    static FrameClient silent(Door door, String protocol) {
        return new FrameClient(door, protocol);
    }

    static FrameClient connect(Door door) {
        return silent(door).send(PREFACE).send(SETTINGS, 0, 0);
    }

    String protocol() {
        return raw.protocol();
    }

    FrameClient preface() {
        return send(PREFACE);
    }

    FrameClient send(byte[] bytes) {
        raw.send(bytes);
        return this;
    }

    FrameClient send(int type, int flags, int stream, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return send(frame(type, flags, stream, bytes));
    }

    FrameClient sendBytes(int type, int flags, int stream, byte[] payload) {
        return send(frame(type, flags, stream, payload));
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /// Sends until the server has had enough.
    ///
    /// @return why it ended the connection; less than zero if it did without a word
    int flood(byte[] bytes, int times) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(bytes);
        }
        try {
            raw.send(all.toByteArray());
        } catch (UncheckedIOException _) {
            // It does not listen any more.
        }
        int code = -1;
        for (Frame next = read(); next != null; next = read()) {
            code = next.type() == GOAWAY ? next.errorCode() : -1;
        }
        return code;
    }

    /// A whole head of these fields.
    FrameClient head(int stream, boolean ends, String... fields) {
        byte[] packed = HeadFields.pack(fields);
        int type = HEADERS;
        int at = 0;
        while (packed.length - at > 16_384) {
            sendBytes(type, ends && at == 0 ? END_STREAM : 0, stream, Arrays.copyOfRange(packed, at, at + 16_384));
            type = CONTINUATION;
            at += 16_384;
        }
        int flags = END_HEADERS | (ends && at == 0 ? END_STREAM : 0);
        return sendBytes(type, flags, stream, Arrays.copyOfRange(packed, at, packed.length));
    }

    FrameClient get(int stream, String path, String... more) {
        return head(stream, true, HeadFields.of("GET", path, more));
    }

    FrameClient post(int stream, String path, String body) {
        head(stream, false, HeadFields.of("POST", path, "content-type: application/json"));
        return sendBytes(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
    }

    FrameClient reset(int stream) {
        return send(RST_STREAM, 0, stream, 0, 0, 0, CANCEL);
    }

    FrameClient widen(int stream, int bytes) {
        return sendBytes(
                WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /// How wide the windows of new streams are.
    FrameClient windows(int bytes) {
        return sendBytes(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 4).putInt(bytes).array());
    }

    /// The next frame; null at the end.
    private @Nullable Frame read() {
        byte[] head = upTo(9);
        if (head.length < 9) {
            return null;
        }
        var fields = ByteBuffer.wrap(head);
        int length = fields.getInt() >>> 8;
        byte[] payload = upTo(length);
        return payload.length < length ? null : new Frame(head[3], head[4], fields.getInt(5), ByteBuffer.wrap(payload));
    }

    /// Fewer at the end, be it a rude one.
    private byte[] upTo(int count) {
        try {
            return raw.read(count);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketException || e.getCause() instanceof SSLException) {
                return new byte[0];
            }
            throw e;
        }
    }

    /// The next frame of this kind; the others keep.
    Frame await(Predicate<Frame> wanted) {
        for (Frame frame : unread) {
            if (wanted.test(frame)) {
                unread.remove(frame);
                return frame;
            }
        }
        for (Frame frame = read(); frame != null; frame = read()) {
            if (wanted.test(frame)) {
                return frame;
            }
            unread.add(frame);
        }
        throw new AssertionError("closed after " + unread);
    }

    /// Why the server ends the connection.
    int awaitGoAway() {
        return await(frame -> frame.type() == GOAWAY).errorCode();
    }

    /// Reads until the stream ends.
    Reply reply(int stream) {
        Map<String, String> fields = new HashMap<>();
        var body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = await(next -> next.stream() == stream && next.type() != WINDOW_UPDATE);
            switch (frame.type()) {
                case HEADERS ->
                    new FieldDecoder(0)
                            .decode(frame.payload().array(), field -> fields.put(field.name(), field.value()));
                case DATA -> body.writeBytes(frame.payload().array());
                case RST_STREAM -> {
                    return reply(fields, body, frame.errorCode());
                }
                default -> throw new AssertionError("unexpected: " + frame);
            }
            if (frame.ends()) {
                return reply(fields, body, -1);
            }
        }
    }

    private static Reply reply(Map<String, String> fields, ByteArrayOutputStream body, int reset) {
        int status = Integer.parseInt(fields.getOrDefault(":status", "0"));
        return new Reply(status, fields, body.toString(StandardCharsets.UTF_8), reset);
    }

    /// Everything until the server closes, whatever it is.
    String readAll() {
        return raw.readAll();
    }

    /// Sends no more, and still listens.
    void shutdownOutput() {
        raw.shutdownOutput();
    }

    /// @param politely not by vanishing without a word
    void leave(boolean politely) {
        if (politely) {
            raw.close();
        } else {
            raw.reset();
        }
    }

    @Override
    public void close() {
        raw.close();
    }
}
