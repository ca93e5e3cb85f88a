package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.rotation.PoolFixture;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plays a constant load of clients that leave before the longest wait ends, in virtual time.
class AbandonedCallsTest extends PoolFixture {

    private static final Duration TICK = Duration.ofMillis(25);
    private static final int A_SECOND_OF_TICKS = 40;
    private static final int OUTAGE_BEGINS = 5 * A_SECOND_OF_TICKS;
    private static final int OUTAGE_ENDS = 20 * A_SECOND_OF_TICKS;
    private static final int END = 60 * A_SECOND_OF_TICKS;
    private static final int PATIENCE = 4 * A_SECOND_OF_TICKS;
    private static final int ANSWER = A_SECOND_OF_TICKS / 2;

    private final TestQueue queue = new TestQueue(1000, provider(GROQ, "1"));

    /// The numbers of the requests with a call under way, and the ticks at which their calls end.
    private final Map<Integer, Integer> calls = new HashMap<>();

    private final Set<Integer> failing = new HashSet<>();
    private final Set<Integer> over = new HashSet<>();
    private int tick;

    static List<Failure> failures() {
        return List.of(
                new Failure.Unavailable("down", null),
                new Failure.Overloaded("busy", null),
                limited(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void load_is_answered_after_an_outage_although_waiting_clients_leave(Failure failure) {
        int answered = 0;
        for (tick = 0; tick < END; tick++) {
            start(queue.passes(TICK));
            for (int number : endedCalls()) {
                calls.remove(number);
                if (failing.remove(number)) {
                    start(queue.fails(number, failure));
                } else {
                    over.add(number);
                    answered += tick < OUTAGE_ENDS ? 0 : 1;
                    start(queue.answered(number));
                }
            }
            leave(tick - PATIENCE);
            start(queue.comes(tick, queue.request(TestQueue.BIG_AT_GROQ, Duration.ofSeconds(10), A_MINUTE, 0)));
        }

        assertTrue(answered > (END - OUTAGE_ENDS) / 2, answered + " answers");
    }

    private List<Integer> endedCalls() {
        return calls.keySet().stream()
                .filter(number -> calls.getOrDefault(number, END) <= tick)
                .sorted()
                .toList();
    }

    private void start(Collection<Integer> numbers) {
        for (int number : numbers) {
            if (queue.step(number) instanceof Step.Attempt) {
                boolean fails = tick >= OUTAGE_BEGINS && tick < OUTAGE_ENDS;
                calls.put(number, tick + (fails ? 1 : ANSWER));
                if (fails) {
                    failing.add(number);
                }
            } else {
                over.add(number);
            }
        }
    }

    private void leave(int number) {
        if (number >= 0 && over.add(number)) {
            failing.remove(number);
            boolean isCalling = calls.remove(number) != null;
            start(isCalling ? queue.ends(number, new Failure.Cancelled()) : queue.leaves(number));
        }
    }
}
