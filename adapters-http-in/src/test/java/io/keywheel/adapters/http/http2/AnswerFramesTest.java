package io.keywheel.adapters.http.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.keywheel.adapters.http.hpack.FieldDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFramesTest {

    private static final String CHUNKED = """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Transfer-Encoding: chunked\r
            Connection: close\r
            \r
            5\r
            Hello\r
            a\r
            , everyone\r
            0\r
            \r
            """;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final Outlet outlet = new Outlet(writer());
    private final Windows windows = new Windows(outlet, new Credit(() -> 0));

    private DataWriter writer() {
        return new DataWriter() {
            @Override
            public void write(BufferData... buffers) {
                throw new UnsupportedOperationException("nothing is kept back");
            }

            @Override
            public void write(BufferData buffer) {
                throw new UnsupportedOperationException("nothing is kept back");
            }

            @Override
            public void writeNow(BufferData... buffers) {
                write(buffers);
            }

            @Override
            public void writeNow(BufferData buffer) {
                byte[] bytes = new byte[buffer.available()];
                buffer.read(bytes);
                sent.writeBytes(bytes);
            }
        };
    }

    private AnswerFrames answer(boolean isBodiless) {
        outlet.start(windows::wake);
        return new AnswerFrames(windows, windows.open(), 1, isBodiless);
    }

    private static void write(AnswerFrames answer, String text, int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += piece) {
            answer.write(BufferData.create(bytes, at, Math.min(piece, bytes.length - at)));
        }
    }

    /// Heads as their fields, data as it is, ends as a stroke.
    private String frames() {
        outlet.finish(Duration.ofSeconds(10));
        var shown = new StringBuilder();
        var frames = ByteBuffer.wrap(sent.toByteArray());
        while (frames.hasRemaining()) {
            int first = frames.getInt();
            int flags = frames.get();
            frames.getInt();
            byte[] payload = new byte[first >>> 8];
            frames.get(payload);
            if ((first & 0xff) == Frame.HEADERS) {
                new FieldDecoder(0)
                        .decode(
                                payload,
                                field -> shown.append(field.name())
                                        .append('=')
                                        .append(field.value())
                                        .append(' '));
            } else {
                shown.append(new String(payload, StandardCharsets.ISO_8859_1));
            }
            shown.append((flags & Frame.END_STREAM) == 0 ? "" : "|");
        }
        return shown.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void a_body_in_chunks_is_the_same_however_it_is_written(int piece) {
        var answer = answer(false);

        write(answer, CHUNKED, piece);

        assertTrue(answer.isWhole());
        assertEquals(":status=200 content-type=text/plain Hello, everyone|", frames());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void a_body_of_known_length_ends_with_its_last_byte(int piece) {
        var answer = answer(false);

        write(answer, "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nHello", piece);

        assertTrue(answer.isWhole());
        assertEquals(":status=404 content-length=5 x-a=b Hello|", frames());
    }

    @Test
    void an_answer_to_a_head_ends_with_its_head() {
        var answer = answer(true);

        write(answer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 1);

        assertTrue(answer.isWhole());
        assertEquals(":status=200 content-length=5 |", frames());
    }

    @Test
    void a_head_before_the_answer_ends_nothing() {
        var answer = answer(false);

        write(answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 4);

        assertTrue(answer.isWhole());
        assertEquals(":status=100 :status=204 |", frames());
    }

    @Test
    void an_answer_that_breaks_off_is_not_whole() {
        var answer = answer(false);

        write(answer, CHUNKED.substring(0, CHUNKED.length() - 7), 5);

        assertFalse(answer.isWhole());
    }

    @Test
    void more_than_the_answer_is_a_bug() {
        var answer = answer(true);
        write(answer, "HTTP/1.1 204 No Content\r\n\r\n", 5);

        assertThrows(IllegalStateException.class, () -> write(answer, "HTTP/1.1 200 OK\r\n", 5));
    }
}
