package io.keywheel.adapters.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The fields of a request's head by HTTP/2, each as `name: value`, and how they are written.
final class HeadFields {

    private HeadFields() {}

    static String[] of(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(
                List.of(":method: " + method, ":scheme: https", ":authority: localhost", ":path: " + path));
        fields.addAll(Arrays.asList(more));
        return fields.toArray(String[]::new);
    }

    /// As HPACK has it, without a reference to earlier ones.
    static byte[] pack(String... fields) {
        var packed = new ByteArrayOutputStream();
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            packed.write(0);
            text(packed, field.substring(0, colon));
            text(packed, field.substring(colon + 2));
        }
        return packed.toByteArray();
    }

    private static void text(ByteArrayOutputStream packed, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = bytes.length;
        packed.write(Math.min(left, 127));
        if (left >= 127) {
            for (left -= 127; left >= 128; left /= 128) {
                packed.write(left % 128 + 128);
            }
            packed.write(left);
        }
        packed.writeBytes(bytes);
    }
}
