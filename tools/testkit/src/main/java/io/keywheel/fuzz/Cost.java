package io.keywheel.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// The processor time and memory that parsing one input took.
///
/// @param time the processor time
/// @param bytes the allocated bytes, including freed ones
record Cost(Duration time, long bytes) {

    private static final Duration MOST_TIME = Duration.ofSeconds(1);

    /// The limits for any input, and additionally for each byte. Jackson and the JDK's regular expressions take
    /// some hundred bytes per byte.
    private static final long MOST_BYTES = 4 << 20;

    private static final long BYTES_PER_BYTE = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Cost of(Fuzz.Parser parser, byte[] input) throws Exception {
        // A copy, so that the report shows the input before the parser changed it.
        byte[] copy = input.clone();
        long time = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        parser.read(copy);
        return new Cost(
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - time),
                THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    boolean isTooMuchFor(byte[] input) {
        return time.compareTo(MOST_TIME) > 0 || bytes > MOST_BYTES + BYTES_PER_BYTE * input.length;
    }
}
