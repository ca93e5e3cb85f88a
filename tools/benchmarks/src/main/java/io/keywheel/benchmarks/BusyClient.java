package io.keywheel.benchmarks;

import static java.util.stream.Collectors.toMap;

import io.keywheel.domain.client.Admission;
import io.keywheel.domain.client.ClientBudget;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A client with every limit, whose last minute is full of requests.
@State(Scope.Thread)
public class BusyClient {

    private static final Duration STEP = Duration.ofMillis(1);

    private final ClientBudget budget = new ClientBudget(new ClientRule(
            Arrays.stream(ClientLimit.values()).collect(toMap(limit -> limit, _ -> 1_000_000_000L)), List.of(), false));
    private Instant now = Instant.EPOCH;

    @Setup(Level.Trial)
    public void fill() {
        for (int i = 0; i < 60_000; i++) {
            request();
        }
    }

    Admission request() {
        now = now.plus(STEP);
        Admission admission = budget.reserve(1000, now, now);
        if (admission instanceof Admission.Admitted(var reservation)) {
            budget.settle(reservation, 900, now, now);
        }
        return admission;
    }
}
