package io.keywheel.patience;

import java.time.Duration;
import java.util.List;

/// A scenario in which one side is given up after a short time, which another side has to keep.
///
/// A machine that stands still for a moment makes the other side late, too. The scenario is then played again with
/// more time, up to one that a machine does not stand still for. It is for faults that show with any time and at each
/// try: one that shows now and then, or only when time is short, would pass.
public final class MoreTime {

    /// What happens where the time is so long.
    @FunctionalInterface
    public interface Scenario {
        void play(Duration time) throws Exception;
    }

    private static final List<Duration> LONGER = List.of(Duration.ofSeconds(3), Duration.ofSeconds(12));
    private static final int FACTOR = 2;

    private MoreTime() {}

    /// Plays `scenario` from its beginning, with `shortest` where that is enough.
    public static void than(Duration shortest, Scenario scenario) throws Exception {
        Duration time = shortest;
        for (Duration longer : LONGER) {
            try {
                scenario.play(time);
                return;
            } catch (InterruptedException e) {
                throw e; // the test itself took too long
            } catch (AssertionError | Exception e) {
                System.out.println("Played again, since it failed within " + time + ": " + e);
                Duration more = time.multipliedBy(FACTOR);
                time = more.compareTo(longer) > 0 ? more : longer;
            }
        }
        scenario.play(time);
    }
}
