package io.keywheel.adapters.http.hpack;

import io.keywheel.adapters.http.hpack.FieldDecoder.BrokenException;
import java.io.ByteArrayOutputStream;

/// The code of RFC 7541, appendix B. It is canonical: the lengths of its codes say all.
final class Huffman {

    /// The length of each byte's code, and of the one for the end, as digits in base 36.
    private static final String LENGTHS = "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca"
            + "d67777777777777777777777878djde6f56565666577666567655677777fbeds"
            + "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
            + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq"
            + "u";

    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int END = 256;

    private static final Huffman CODE = new Huffman();

    /// For each length: its first code, how many there are, and where their symbols begin among all.
    private final int[] firsts = new int[LONGEST + 1];

    private final int[] counts = new int[LONGEST + 1];
    private final int[] begins = new int[LONGEST + 1];
    private final int[] symbols = new int[LENGTHS.length()];

    private Huffman() {
        int code = 0;
        int at = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            code <<= 1;
            firsts[length] = code;
            begins[length] = at;
            for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
                if (Character.digit(LENGTHS.charAt(symbol), 36) == length) {
                    symbols[at++] = symbol;
                    code++;
                }
            }
            counts[length] = at - begins[length];
        }
    }

    static byte[] decode(byte[] packed) {
        var plain = new ByteArrayOutputStream(packed.length * 8 / SHORTEST);
        int code = 0;
        int length = 0;
        for (byte eight : packed) {
            for (int bit = 7; bit >= 0; bit--) {
                code = (code << 1) | ((eight >> bit) & 1);
                length++;
                int symbol = CODE.symbol(code, length);
                if (symbol >= 0) {
                    plain.write(symbol);
                    code = 0;
                    length = 0;
                }
            }
        }
        // What fills up the last byte is the begin of the end's code: ones.
        if (length > 7 || code != (1 << length) - 1) {
            throw new BrokenException();
        }
        return plain.toByteArray();
    }

    /// The byte that `code` stands for; less than zero if more of it is to come.
    private int symbol(int code, int length) {
        if (length > LONGEST) {
            throw new BrokenException();
        }
        int nth = code - firsts[length];
        if (nth < 0 || nth >= counts[length]) {
            return -1;
        }
        int symbol = symbols[begins[length] + nth];
        if (symbol == END) {
            throw new BrokenException();
        }
        return symbol;
    }
}
