package io.keywheel.adapters.http.http2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Packs the head of an answer, each field in full: so it needs to remember nothing, whatever a client would allow.
final class FieldEncoder {

    /// Says that nothing is remembered, as a client that allows less than before must be told.
    private static final int TABLE_OF_NOTHING = 0x20;

    private static final int NOT_TO_REMEMBER = 0;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream(512);

    FieldEncoder() {
        head.write(TABLE_OF_NOTHING);
    }

    FieldEncoder add(String name, String value) {
        head.write(NOT_TO_REMEMBER);
        text(name);
        text(value);
        return this;
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = bytes.length;
        if (left < 127) {
            head.write(left);
        } else {
            head.write(127);
            for (left -= 127; left >= 128; left >>= 7) {
                head.write((left & 0x7f) | 0x80);
            }
            head.write(left);
        }
        head.writeBytes(bytes);
    }

    byte[] bytes() {
        return head.toByteArray();
    }
}
