package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.client.Reservation.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientBudgetTest {

    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

    private Instant now = START;

    private static ClientBudget budget(ClientLimit limit, long most) {
        return new ClientBudget(rule(limit, most));
    }

    private static ClientRule rule(ClientLimit limit, long most) {
        return new ClientRule(Map.of(limit, most), List.of(), false);
    }

    private Admission reserve(ClientBudget budget, long tokens) {
        return budget.reserve(tokens, now, now);
    }

    private Reservation admitted(ClientBudget budget, long tokens) {
        return assertInstanceOf(Admission.Admitted.class, reserve(budget, tokens))
                .reservation();
    }

    private Admission.Limited limited(ClientBudget budget, long tokens) {
        return assertInstanceOf(Admission.Limited.class, reserve(budget, tokens));
    }

    private static void assertLimited(ClientLimit limit, long most, Duration wait, Admission admission) {
        var limited = assertInstanceOf(Admission.Limited.class, admission);
        assertEquals(List.of(limit, most, wait), List.of(limited.limit(), limited.most(), limited.retryAfter()));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void a_client_without_limits_is_always_admitted() {
        var budget = new ClientBudget(ClientRule.UNLIMITED);
        for (int i = 0; i < 100; i++) {
            assertEquals(Map.of(), admitted(budget, Long.MAX_VALUE).standings());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REQUESTS_PER_MINUTE, 60000",
        "TOKENS_PER_MINUTE, 60000",
        "REQUESTS_PER_DAY, 50400000",
        "TOKENS_PER_DAY, 50400000"
    })
    void what_is_used_up_is_back_when_it_says(ClientLimit limit, long millis) {
        ClientBudget budget = budget(limit, 2);
        admitted(budget, 1);
        admitted(budget, 1);
        assertLimited(limit, 2, Duration.ofMillis(millis), reserve(budget, 1));
        pass(Duration.ofMillis(millis - 1));
        limited(budget, 1);
        pass(Duration.ofMillis(1));
        admitted(budget, 1);
    }

    @Test
    void any_sixty_seconds_have_no_more_than_the_limit() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 3);
        admitted(budget, 0);
        pass(Duration.ofSeconds(30));
        admitted(budget, 0);
        admitted(budget, 0);
        pass(Duration.ofSeconds(31));
        admitted(budget, 0);
        assertEquals(Duration.ofMillis(29_000), limited(budget, 0).retryAfter());
    }

    @Test
    void what_is_used_within_a_step_counts_for_sixty_seconds_from_its_last_moment() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        admitted(budget, 0);
        pass(Duration.ofMillis(99));
        admitted(budget, 0);
        assertEquals(Duration.ofSeconds(60), limited(budget, 0).retryAfter());
        pass(Duration.ofMillis(1));
        assertEquals(Duration.ofMillis(59_999), limited(budget, 0).retryAfter());
    }

    @Test
    void a_thread_that_was_overtaken_is_told_no_more_than_a_minute() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 2);
        admitted(budget, 0);
        var overtaken = assertInstanceOf(Admission.Admitted.class, budget.reserve(0, now.minusMillis(5), now));

        assertEquals(
                Map.of(REQUESTS_PER_MINUTE, new Standing(2, 0, Duration.ofSeconds(60))),
                overtaken.reservation().standings());
    }

    @Test
    void a_minute_that_is_only_added_to_stays_small() {
        var minute = new SlidingMinute();
        for (int i = 0; i < 2_000; i++) {
            minute.add(1, now);
            pass(Duration.ofMillis(100));
        }
        assertEquals(600, minute.entries.size());
    }

    @Test
    void a_large_request_waits_until_enough_is_free() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        admitted(budget, 40);
        pass(Duration.ofSeconds(10));
        admitted(budget, 40);
        assertEquals(Duration.ofMillis(50_000), limited(budget, 60).retryAfter());
        assertEquals(Duration.ofMillis(60_000), limited(budget, 61).retryAfter());
        admitted(budget, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOKENS_PER_MINUTE", "TOKENS_PER_DAY"})
    void a_request_beyond_the_limit_itself_is_too_large(ClientLimit limit) {
        ClientBudget budget = budget(limit, 100);
        assertEquals(new Admission.TooLarge(limit, 100), reserve(budget, 101));
        admitted(budget, 100);
    }

    @Test
    void a_request_that_ends_lets_the_next_one_in() {
        ClientBudget budget = budget(CONCURRENT_REQUESTS, 1);
        Reservation running = admitted(budget, 0);
        assertLimited(CONCURRENT_REQUESTS, 1, Duration.ofSeconds(1), reserve(budget, 0));
        budget.settle(running, 0, now, now);
        budget.settle(running, 0, now, now);
        admitted(budget, 0);
        limited(budget, 0);
    }

    @Test
    void the_limit_that_is_free_last_is_named() {
        var rule = new ClientRule(Map.of(CONCURRENT_REQUESTS, 1L, REQUESTS_PER_MINUTE, 1L), List.of(), false);
        var budget = new ClientBudget(rule);
        admitted(budget, 0);
        assertEquals(REQUESTS_PER_MINUTE, limited(budget, 0).limit());
    }

    @Test
    void what_was_not_used_is_given_back() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 100);
        pass(Duration.ofSeconds(5));
        budget.settle(reservation, 30, now, now);
        admitted(budget, 70);
        limited(budget, 1);
    }

    @Test
    void what_was_used_beyond_the_estimate_counts_from_the_end() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 50);
        pass(Duration.ofSeconds(40));
        budget.settle(reservation, 90, now, now);
        pass(Duration.ofSeconds(30));
        admitted(budget, 60);
        limited(budget, 1);
    }

    @Test
    void a_reservation_of_an_earlier_minute_takes_nothing_from_this_one() {
        ClientBudget budget = budget(TOKENS_PER_MINUTE, 100);
        Reservation reservation = admitted(budget, 100);
        pass(Duration.ofMinutes(2));
        admitted(budget, 100);
        budget.settle(reservation, 0, now, now);
        limited(budget, 1);
    }

    @Test
    void a_reservation_of_yesterday_takes_nothing_from_today() {
        ClientBudget budget = budget(TOKENS_PER_DAY, 100);
        Reservation reservation = admitted(budget, 100);
        pass(Duration.ofDays(1));
        admitted(budget, 100);
        budget.settle(reservation, 0, now, now);
        limited(budget, 1);
    }

    @Test
    void a_wall_clock_set_back_a_little_starts_no_day() {
        ClientBudget budget = budget(REQUESTS_PER_DAY, 1);
        Instant midnight = Instant.parse("2026-11-29T00:00:00Z");
        assertInstanceOf(Admission.Admitted.class, budget.reserve(0, now, midnight));
        var refused = assertInstanceOf(Admission.Limited.class, budget.reserve(0, now, midnight.minusSeconds(1)));
        assertEquals(Duration.ofSeconds(86_401), refused.retryAfter());
        assertInstanceOf(Admission.Admitted.class, budget.reserve(0, now, midnight.minus(Duration.ofDays(2))));
    }

    @Test
    void a_changed_rule_counts_what_was_used_before() {
        ClientBudget budget = budget(REQUESTS_PER_MINUTE, 5);
        admitted(budget, 0);
        admitted(budget, 0);
        budget.change(rule(REQUESTS_PER_MINUTE, 2));
        limited(budget, 0);
        budget.change(ClientRule.UNLIMITED);
        admitted(budget, 0);
    }

    @Test
    void an_admitted_request_tells_how_its_limits_per_minute_stand() {
        var rule = new ClientRule(
                Map.of(REQUESTS_PER_MINUTE, 3L, TOKENS_PER_MINUTE, 100L, REQUESTS_PER_DAY, 9L), List.of(), false);
        var budget = new ClientBudget(rule);
        admitted(budget, 10);
        pass(Duration.ofSeconds(1));
        assertEquals(
                Map.of(
                        REQUESTS_PER_MINUTE, new Standing(3, 1, Duration.ofMillis(60_000)),
                        TOKENS_PER_MINUTE, new Standing(100, 60, Duration.ofMillis(60_000))),
                admitted(budget, 30).standings());
    }

    private static long remainingTokens(Reservation reservation) {
        return Objects.requireNonNull(reservation.standings().get(TOKENS_PER_MINUTE))
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

    /// Against a list of all that was used: any order of events, estimates that are wrong both ways.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void no_order_of_events_exceeds_a_limit_or_leaks(long seed) {
        var random = new Random(seed);
        var limits = Map.of(REQUESTS_PER_MINUTE, 20L, TOKENS_PER_MINUTE, 1_000L, CONCURRENT_REQUESTS, 5L);
        var budget = new ClientBudget(new ClientRule(limits, List.of(), false));
        var running = new ArrayList<Running>();
        var requests = new Used();
        var used = new Used();
        int admissions = 0;
        for (int i = 0; i < 3_000; i++) {
            pass(Duration.ofMillis(random.nextInt(3_000)));
            if (random.nextInt(3) == 0 && !running.isEmpty()) {
                Running ended = running.remove(random.nextInt(running.size()));
                long tokens = random.nextLong(2 * ended.tokens + 1);
                budget.settle(ended.reservation, tokens, now, now);
                used.add(tokens > ended.tokens ? now : ended.begun, tokens - ended.tokens);
                continue;
            }
            long tokens = random.nextLong(400);
            switch (reserve(budget, tokens)) {
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
                case Admission.Limited(var limit, var most, var wait, var _) -> {
                    assertEquals(limits.get(limit), most);
                    assertTrue(wait.isPositive() && wait.compareTo(Duration.ofMillis(60_000)) <= 0, wait.toString());
                }
                case Admission.TooLarge refused -> throw new AssertionError(refused.toString());
            }
        }
        assertTrue(admissions > 300, "admitted " + admissions);
        running.forEach(left -> budget.settle(left.reservation, 0, now, now));
        pass(Duration.ofMillis(60_000));
        assertEquals(1_000 - 400, remainingTokens(admitted(budget, 400)));
    }
}
