package io.keywheel.adapters.http.hpack;

import io.keywheel.adapters.http.hpack.FieldDecoder.BrokenException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of a head, read from the first to the last.
final class Block {

    /// More than any index, size or length that could be right.
    private static final int LARGEST = 1 << 24;

    private static final int PACKED = 0x80;

    private final byte[] bytes;
    private int at;

    Block(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isRead() {
        return at == bytes.length;
    }

    /// The next byte, which stays.
    int peek() {
        if (isRead()) {
            throw new BrokenException();
        }
        return bytes[at] & 0xff;
    }

    private int next() {
        int next = peek();
        at++;
        return next;
    }

    /// A number that begins in the last `bits` of the next byte.
    int number(int bits) {
        int most = (1 << bits) - 1;
        int number = next() & most;
        if (number < most) {
            return number;
        }
        int more;
        int shift = 0;
        do {
            more = next();
            // Zeros that go on for ever would be a number, too.
            if (shift > 21) {
                throw new BrokenException();
            }
            number += (more & 0x7f) << shift;
            shift += 7;
        } while ((more & 0x80) != 0);
        if (number > LARGEST) {
            throw new BrokenException();
        }
        return number;
    }

    /// Each byte as one character.
    String text() {
        boolean packed = (peek() & PACKED) != 0;
        int length = number(7);
        if (length > bytes.length - at) {
            throw new BrokenException();
        }
        byte[] text = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return new String(packed ? Huffman.decode(text) : text, StandardCharsets.ISO_8859_1);
    }
}
