package io.keywheel.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// What one input took.
///
/// @param time of the processor
/// @param bytes of memory, free again or not
record Cost(Duration time, long bytes) {

    private static final Duration MOST_TIME = Duration.ofSeconds(1);

    /// For any input, and for each byte of it. Jackson and the regular expressions of the JDK take some hundred.
    private static final long MOST_BYTES = 4 << 20;

    private static final long BYTES_PER_BYTE = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Cost of(Fuzz.Parser parser, byte[] input) throws Exception {
        // What it does to its input must not show in the report.
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
