package io.keywheel.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Gives a parser inputs that are almost right, and sees that it makes something of each, within bounds.
///
/// An input is a seed's: the same samples and the same seed make the same one. The system property
/// `keywheel.fuzz.seconds` makes a run of each parser as long as that instead of some thousand inputs;
/// `keywheel.fuzz.seed` begins with that seed instead of 0.
public final class Fuzz {

    private static final int ROUNDS = 1_500;

    private Fuzz() {}

    /// What is tried.
    @FunctionalInterface
    public interface Parser {

        /// Returns when it could make a value or a clear error of the input.
        ///
        /// @throws Exception if not
        void read(byte[] input) throws Exception;
    }

    /// Tries a parser with what becomes of `samples`, on this thread.
    ///
    /// @throws AssertionError at the first input that it fails on, takes a second of processor time for, or
    ///     needs more memory for than is reasonable; it names the seed
    public static void run(List<String> samples, Parser parser) {
        runBytes(samples.stream().map(sample -> sample.getBytes(UTF_8)).toList(), parser);
    }

    /// The same for samples that are no text.
    ///
    /// @throws AssertionError likewise
    public static void runBytes(List<byte[]> samples, Parser parser) {
        long first = Long.getLong("keywheel.fuzz.seed", 0);
        Long seconds = Long.getLong("keywheel.fuzz.seconds");
        long start = System.nanoTime();
        for (long seed = first; goesOn(seed - first, seconds, start); seed++) {
            attempt(seed, new Mutation(samples, new SplittableRandom(seed)).next(), parser);
        }
    }

    /// Tries a parser with one input that is made to be dear.
    ///
    /// @param mostPerByte how many bytes of memory each byte of it may take, free again or not
    /// @throws AssertionError if it takes more
    /// @throws Exception if the parser fails on it
    public static void once(byte[] input, int mostPerByte, Parser parser) throws Exception {
        Cost cost = Cost.of(parser, input);
        if (cost.bytes() > (long) mostPerByte * input.length) {
            throw new AssertionError("takes too much: " + cost + " for " + input.length + " bytes");
        }
    }

    private static boolean goesOn(long round, @Nullable Long seconds, long start) {
        return seconds == null
                ? round < ROUNDS
                : System.nanoTime() - start < Duration.ofSeconds(seconds).toNanos();
    }

    private static void attempt(long seed, byte[] input, Parser parser) {
        try {
            Cost cost = Cost.of(parser, input);
            // The first time may have loaded classes.
            if (cost.isTooMuchFor(input) && Cost.of(parser, input).isTooMuchFor(input)) {
                throw new AssertionError("takes too much: " + cost);
            }
        } catch (Exception | Error e) {
            throw new AssertionError("fails on " + described(seed, input), e);
        }
    }

    private static String described(long seed, byte[] input) {
        String text = new String(Arrays.copyOf(input, Math.min(input.length, 400)), ISO_8859_1);
        return "seed " + seed + ", " + input.length + " bytes: " + text;
    }
}
