package io.keywheel.timing;

import java.time.Duration;
import java.util.List;

/// Runs a scenario in which a short timeout of one side expires while the other side must stay within it.
///
/// A machine that stalls delays the other side, too. A failed scenario is repeated with more time, up to a time
/// for which machines do not stall. Use it only for faults that occur at each try and with any time; others may
/// pass.
public final class LongerTimeouts {

    @FunctionalInterface
    public interface Scenario {
        void run(Duration time) throws Exception;
    }

    private static final List<Duration> LONGER = List.of(Duration.ofSeconds(3), Duration.ofSeconds(12));
    private static final int FACTOR = 2;

    private LongerTimeouts() {}

    /// Runs `scenario` with `shortest`, and repeats it with longer times if it fails.
    public static void retryFrom(Duration shortest, Scenario scenario) throws Exception {
        Duration time = shortest;
        for (Duration longer : LONGER) {
            try {
                scenario.run(time);
                return;
            } catch (InterruptedException e) {
                throw e; // the test's own timeout
            } catch (AssertionError | Exception e) {
                System.out.println("Repeated, because it failed within " + time + ": " + e);
                Duration more = time.multipliedBy(FACTOR);
                time = more.compareTo(longer) > 0 ? more : longer;
            }
        }
        scenario.run(time);
    }
}
