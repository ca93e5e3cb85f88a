package io.keywheel.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Changes samples in a few places. Almost valid inputs get further into a parser than noise.
final class Mutation {

    /// Long enough to reveal superlinear parsers, short enough for thousands of inputs.
    static final int LONGEST = 1 << 16;

    private static final int MOST_CHANGES = 6;
    private static final int MOST_REPEATS = 2_000;

    /// Tokens of the formats, and numbers and bytes out of their ranges.
    private static final List<byte[]> WORDS = words();

    private static List<byte[]> words() {
        String printable = "\" { } [ ] : , = \\ \\u \\ud800 ' # null true {} [] \"\" data: [DONE] 0 -1 -0 1e999 1e-999"
                + " 9223372036854775808 NaN . é 😀 \uFEFF \u2028 \0";
        var words = new ArrayList<byte[]>();
        Stream.of(printable.split(" ", -1)).map(Mutation::bytes).forEach(words::add);
        Stream.of(" ", "\n", "\r", "\r\n\r\n", "data: ", "event: error\n")
                .map(Mutation::bytes)
                .forEach(words::add);
        words.add(new byte[] {(byte) 0x80});
        words.add(new byte[] {(byte) 0xff});
        words.add(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
        return List.copyOf(words);
    }

    private final List<byte[]> samples;
    private final SplittableRandom random;

    Mutation(List<byte[]> samples, SplittableRandom random) {
        this.samples = samples;
        this.random = random;
    }

    byte[] next() {
        byte[] input = one(samples);
        for (int i = 1 + random.nextInt(MOST_CHANGES); i > 0; i--) {
            input = changed(input);
        }
        return input.length > LONGEST ? Arrays.copyOf(input, LONGEST) : input;
    }

    private byte[] changed(byte[] input) {
        int from = random.nextInt(input.length + 1);
        // Mostly a few bytes, sometimes the whole rest.
        int reach = random.nextInt(4) == 0 ? input.length - from : Math.min(8, input.length - from);
        int to = from + random.nextInt(reach + 1);
        byte[] range = Arrays.copyOfRange(input, from, to);
        return switch (random.nextInt(9)) {
            case 0 -> spliced(input, from, to, new byte[0]);
            case 1 -> Arrays.copyOf(input, from);
            case 2 -> spliced(input, from, from, range);
            case 3 -> spliced(input, from, to, repeated(one(WORDS)));
            case 4 -> spliced(input, from, to, repeated(range));
            case 5 -> spliced(input, from, to, piece(one(samples)));
            case 6 -> flipped(input);
            default -> spliced(input, from, random.nextBoolean() ? to : from, one(WORDS));
        };
    }

    private byte[] repeated(byte[] some) {
        int times = random.nextInt(random.nextInt(8) == 0 ? MOST_REPEATS : 4);
        var all = new ByteArrayOutputStream();
        for (int i = 0; i <= times && all.size() < LONGEST; i++) {
            all.writeBytes(some);
        }
        return all.toByteArray();
    }

    private byte[] piece(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
    }

    private byte[] flipped(byte[] input) {
        byte[] copy = input.clone();
        if (copy.length > 0) {
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return copy;
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] middle) {
        var all = new ByteArrayOutputStream(input.length + middle.length);
        all.write(input, 0, from);
        all.writeBytes(middle);
        all.write(input, to, input.length - to);
        return all.toByteArray();
    }

    private byte[] one(List<byte[]> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
