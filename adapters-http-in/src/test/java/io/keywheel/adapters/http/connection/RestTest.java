package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.connection.ClientConnection.Rest;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RestTest {

    private int left = 300_000;
    private int largestRead;

    @Test
    void whole_body_is_dropped_in_small_reads() throws IOException {
        var body = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("a byte at a time");
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                largestRead = Math.max(largestRead, bytes.length);
                int read = left == 0 ? -1 : Math.min(left, length);
                left -= Math.max(0, read);
                return read;
            }
        };

        Rest.of(body).drop();

        assertEquals(0, left);
        assertTrue(largestRead <= 4096, "bytes: " + largestRead);
    }
}
