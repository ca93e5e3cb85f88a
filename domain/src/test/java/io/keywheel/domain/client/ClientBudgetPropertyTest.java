package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientBudgetPropertyTest extends BudgetFixture {

    private static long remainingTokens(Reservation reservation) {
        return Objects.requireNonNull(reservation.limitStates().get(TOKENS_PER_MINUTE))
                .remaining();
    }

    private record Running(Reservation reservation, Instant begun, long tokens) {}

    private static final class Used {

        private final List<Instant> moments = new ArrayList<>();
        private final List<Long> amounts = new ArrayList<>();

        void add(Instant moment, long amount) {
            moments.add(moment);
            amounts.add(amount);
        }

        long since(Instant start) {
            return IntStream.range(0, moments.size())
                    .filter(i -> moments.get(i).isAfter(start))
                    .mapToLong(amounts::get)
                    .sum();
        }
    }

    /// Compares the budget with a list of all usage: random events, and estimates above and below the usage.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_events_never_exceed_a_limit_or_leak_reservations(long seed) {
        var random = new Random(seed);
        var limits = Map.of(REQUESTS_PER_MINUTE, 20L, TOKENS_PER_MINUTE, 1_000L, CONCURRENT_REQUESTS, 5L);
        var budget = new ClientBudget(rule(limits));
        var running = new ArrayList<Running>();
        var requests = new Used();
        var used = new Used();
        int admissions = 0;
        for (int i = 0; i < 3_000; i++) {
            now = now.plusMillis(random.nextInt(random.nextBoolean() ? 3_000 : 60));
            if (random.nextInt(50) == 0) {
                now = now.plusSeconds(59 + random.nextInt(3));
            }
            if (random.nextInt(3) == 0 && !running.isEmpty()) {
                Running ended = running.remove(random.nextInt(running.size()));
                long tokens = random.nextLong(2 * ended.tokens + 1);
                budget.settle(ended.reservation, tokens, now, now);
                used.add(tokens > ended.tokens ? now : ended.begun, tokens - ended.tokens);
                continue;
            }
            long tokens = random.nextLong(400);
            switch (budget.reserve(tokens, now, now)) {
                case Admission.Admitted(var reservation) -> {
                    admissions++;
                    running.add(new Running(reservation, now, tokens));
                    requests.add(now, 1);
                    used.add(now, tokens);
                    Instant start = now.minusSeconds(60);
                    assertTrue(requests.since(start) <= 20, "requests in a minute");
                    assertTrue(used.since(start) <= 1_000, "tokens in a minute");
                    assertTrue(running.size() <= 5, "requests at once");
                    assertTrue(remainingTokens(reservation) >= 0);
                }
                case Admission.Limited(var limit, var most, var _, var wait, var _) -> {
                    assertEquals(limits.get(limit), most);
                    assertTrue(wait.isPositive() && wait.compareTo(Duration.ofMinutes(1)) <= 0, wait.toString());
                }
                case Admission.TooLarge refused -> throw new AssertionError(refused.toString());
            }
        }
        assertTrue(admissions > 300, "admitted " + admissions);
        running.forEach(left -> budget.settle(left.reservation, 0, now, now));
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(1_000 - 400, remainingTokens(admitted(budget, 400)));
    }
}
