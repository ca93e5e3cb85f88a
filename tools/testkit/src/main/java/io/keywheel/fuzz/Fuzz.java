package io.keywheel.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Passes almost valid inputs to a parser, and checks that it returns within bounds.
///
/// The samples and the seed determine an input. The system property `keywheel.fuzz.seconds` sets the duration
/// of each parser's run, instead of 500 inputs. `keywheel.fuzz.seed` sets the first seed instead of
/// 0.
public final class Fuzz {

    private static final int ROUNDS = 500;

    private Fuzz() {}

    @FunctionalInterface
    public interface Parser {

        /// Returns if the input was parsed, or refused with a clear error.
        ///
        /// @throws Exception in all other cases
        void read(byte[] input) throws Exception;
    }

    /// Runs a parser on mutations of `samples`, on this thread.
    ///
    /// @throws AssertionError at the first input on which the parser fails, takes a second of processor time,
    ///     or allocates too much memory; the message contains the seed
    public static void run(List<String> samples, Parser parser) {
        runBytes(samples.stream().map(sample -> sample.getBytes(UTF_8)).toList(), parser);
    }

    /// As [#run], for binary samples.
    ///
    /// @throws AssertionError as [#run]
    public static void runBytes(List<byte[]> samples, Parser parser) {
        runBytes(samples, Duration.ofSeconds(1), parser);
    }

    /// As [#runBytes], with another limit of time.
    ///
    /// @param mostTime the most processor time for one input
    static void runBytes(List<byte[]> samples, Duration mostTime, Parser parser) {
        long first = Long.getLong("keywheel.fuzz.seed", 0);
        Long seconds = Long.getLong("keywheel.fuzz.seconds");
        long start = System.nanoTime();
        for (long seed = first; goesOn(seed - first, seconds, start); seed++) {
            attempt(seed, new Mutation(samples, new SplittableRandom(seed)).next(), mostTime, parser);
        }
    }

    /// Runs a parser on one expensive input.
    ///
    /// @param mostPerByte the most bytes that the parser may allocate per byte of input
    /// @throws AssertionError if the parser allocates more
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

    private static void attempt(long seed, byte[] input, Duration mostTime, Parser parser) {
        try {
            Cost cost = Cost.of(parser, input);
            // Measured twice, because the first run may have loaded classes.
            if (cost.isTooMuchFor(input, mostTime) && Cost.of(parser, input).isTooMuchFor(input, mostTime)) {
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

    /// The processor time and memory that parsing one input took.
    ///
    /// @param time the processor time
    /// @param bytes the allocated bytes, including freed ones
    private record Cost(Duration time, long bytes) {

        /// The limits for any input, and additionally for each byte. Jackson and the JDK's regular expressions take
        /// some hundred bytes per byte.
        private static final long MOST_BYTES = 4 << 20;

        private static final long BYTES_PER_BYTE = 2_000;

        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        static Cost of(Parser parser, byte[] input) throws Exception {
            // A copy, so that the report shows the input before the parser changed it.
            byte[] copy = input.clone();
            long time = THREADS.getCurrentThreadCpuTime();
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            parser.read(copy);
            return new Cost(
                    Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - time),
                    THREADS.getCurrentThreadAllocatedBytes() - bytes);
        }

        boolean isTooMuchFor(byte[] input, Duration mostTime) {
            return time.compareTo(mostTime) > 0 || bytes > MOST_BYTES + BYTES_PER_BYTE * input.length;
        }
    }
}
