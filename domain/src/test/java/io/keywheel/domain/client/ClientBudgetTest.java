package io.keywheel.domain.client;

import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The budget of one client, at 10:00 UTC. Most cases are rows of steps:
///
/// - `admit 40` and `refuse 40`: a request of 40 estimated tokens; after a refusal may follow `for` its wait, `with`
///   what remains, `reset` of the limit, and `by` which limit
/// - `exceed 40`: it is above the limit itself
/// - `settle 30`: the last request has used 30 tokens; `settle first 30`: the first one; `returns` what they change
/// - `elsewhere 1 60 at -20s`: 20 s ago, another gateway admitted 1 request with 60 tokens
final class ClientBudgetTest {

    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private final List<Reservation> reservations = new ArrayList<>();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Windows
                    an exhausted limit admits again exactly after its wait | 2rpm | admit 1; admit 1; refuse 1 for 1m by 2rpm; pass 59.999s; refuse 1 with 0; pass 0.001s; admit 1
                    an exhausted limit admits again exactly after its wait | 2tpm | admit 1; admit 1; refuse 1 for 1m by 2tpm; pass 59.999s; refuse 1 with 0; pass 0.001s; admit 1
                    an exhausted limit admits again exactly at midnight | 2rpd | admit 1; admit 1; refuse 1 for 14h by 2rpd; pass 13h59m59.999s; refuse 1 with 0; pass 0.001s; admit 1
                    an exhausted limit admits again exactly at midnight | 2tpd | admit 1; admit 1; refuse 1 for 14h by 2tpd; pass 13h59m59.999s; refuse 1 with 0; pass 0.001s; admit 1
                    any 60 seconds admit at most the limit | 3rpm | admit 0; pass 30s; admit 0; admit 0; pass 31s; admit 0; refuse 0 for 29s
                    usage within 100 ms expires 60 seconds after its last request | 2rpm | admit 0; pass 0.099s; admit 0; refuse 0 for 1m; pass 0.001s; refuse 0 for 59.999s
                    a large request waits until enough tokens are free | 100tpm | admit 40; pass 10s; admit 40; refuse 60 for 50s; refuse 61 for 1m with 20; admit 20
                    a request above the token limit is too large | 100tpm | exceed 101; admit 100
                    a request above the token limit is too large | 100tpd | exceed 101; admit 100
                    the exceeded limit with the longest wait is reported | 1 at once, 1rpm | admit 0; refuse 0 by 1rpm
                    the exceeded limit with the longest wait is reported | 1rpm, 1rpd | admit 0; refuse 0 for 14h by 1rpd
                    # Settlement and withdrawal
                    a settled request admits the next one | 1 at once | admit 0; refuse 0 for 1s by 1 at once; settle 0; admit 0; refuse 0
                    a withdrawn request does not count | 2rpm | admit 1; admit 1; withdraw returns -1; admit 1; refuse 1
                    a withdrawn request does not count | 2tpm | admit 1; admit 1; withdraw returns -1; admit 1; refuse 1
                    a withdrawn request does not count | 2rpd | admit 1; admit 1; withdraw returns -1; admit 1; refuse 1
                    a withdrawn request does not count | 2tpd | admit 1; admit 1; withdraw returns -1; admit 1; refuse 1
                    a withdrawn request does not count | 2 at once | admit 1; admit 1; withdraw returns -1; admit 1; refuse 1
                    unused tokens return to the budget | 100tpm | admit 100; pass 5s; settle 30; admit 70; refuse 1; pass 1m; admit 100; refuse 1
                    refunded tokens do not delay the reset | 100tpm | admit 60; pass 1s; admit 40; settle 0; pass 1s; refuse 50 with 40 reset 58s
                    usage beyond the estimate counts from settlement | 100tpm | admit 50; pass 40s; settle 90; pass 30s; admit 60; refuse 1
                    usage beyond the estimate counts for the day | 100tpd | admit 50; settle 80; refuse 21; admit 20; refuse 1
                    usage below the estimate returns to the day | 100tpd | admit 50; settle 20; refuse 81; admit 80; refuse 1
                    usage as estimated changes nothing | 100tpd | admit 50; settle 50; refuse 51; admit 50; refuse 1
                    only usage beyond the estimate counts for a later day of settlement | 100tpd | admit 50; pass 24h; settle 80; refuse 71; admit 70; refuse 1
                    a late settlement refunds nothing to the current window | 100tpm | admit 100; pass 2m; admit 100; settle first 0; refuse 1
                    a late settlement refunds nothing to the current window | 100tpd | admit 100; pass 24h; admit 100; settle first 0; refuse 1
                    a settlement returns used minus reserved tokens | 100tpm | admit 10; settle 6 returns -4; admit 10; settle 15 returns 5
                    # Usage at other gateways with the same store; facts of an outage of the store arrive after it.
                    usage at other gateways counts from its own time | 2rpm | pass 20s; elsewhere 1 0 at -20.099s; elsewhere 1 0 at -20s; refuse 0 for 40s
                    late usage at other gateways counts no longer than a minute | 2rpm | admit 0; elsewhere 1 0 at -0.101s; refuse 0 for 59.899s
                    late usage at other gateways does not shorten own usage | 2rpm | admit 0; elsewhere 1 0 at -0.1s; refuse 0 for 1m
                    expired usage at other gateways does not count | 2rpm | admit 0; elsewhere 1 0 at -61s; admit 0
                    expired usage at other gateways does not count | 10tpd | admit 4; elsewhere 0 7 at -24h; admit 6; refuse 1
                    usage at other gateways counts for the day | 3rpd | elsewhere 1 1 at 0s; admit 1; elsewhere 1 1 at 0s; refuse 1
                    usage at other gateways counts for the day | 3tpd | elsewhere 1 1 at 0s; admit 1; elsewhere 1 1 at 0s; refuse 1
                    usage at other gateways counts before the first own request of a day | 3rpd | admit 1; pass 24h; elsewhere 3 3 at 0s; refuse 1
                    usage at other gateways counts before the first own request of a day | 3tpd | admit 1; pass 24h; elsewhere 3 3 at 0s; refuse 1
                    requests at other gateways do not count as concurrent | 1 at once | elsewhere 5 5 at 0s; admit 0
                    unused tokens of other gateways are refunded | 100tpm | admit 30; pass 1s; elsewhere 1 60 at 0s; pass 1s; admit 10; pass 1s; refuse 60; elsewhere 0 -60 at -2s; elsewhere 0 -10000 at 0s; admit 60; refuse 1
                    a refund finds its tokens 102 ms after it | 100tpm | pass 0.1s; elsewhere 1 10 at -0.1s; elsewhere 1 70 at 0s; pass 0.2s; elsewhere 0 -60 at -0.302s; admit 80; refuse 1
                    a refund finds its tokens 2 ms after it | 100tpm | pass 0.1s; elsewhere 1 10 at -0.1s; elsewhere 1 70 at 0s; pass 0.2s; elsewhere 0 -60 at -0.202s; admit 80; refuse 1
                    a refund finds its tokens 2 ms before it | 100tpm | pass 0.1s; elsewhere 1 10 at -0.1s; elsewhere 1 70 at 0s; pass 0.2s; elsewhere 0 -60 at -0.198s; admit 80; refuse 1
                    a refund finds its tokens 102 ms before it | 100tpm | pass 0.1s; elsewhere 1 10 at -0.1s; elsewhere 1 70 at 0s; pass 0.2s; elsewhere 0 -60 at -0.098s; admit 80; refuse 1
                    a refund that no usage covers is ignored | 100tpm | elsewhere 1 30 at 0s; pass 0.2s; elsewhere 0 -31 at -0.2s; elsewhere 0 -30 at 0s; admit 70; refuse 1
                    a refund from a neighbour does not raise the limit when the neighbour expires | 200tpm | elsewhere 1 80 at 0s; pass 0.1s; elsewhere 1 10 at 0s; elsewhere 0 -50 at 0s; pass 59.9s; admit 200; refuse 1
                    an own refund takes from neighbours only what its entry lacks | 200tpm | elsewhere 1 80 at 0s; pass 0.1s; admit 80; elsewhere 0 -50 at 0s; settle 0; admit 170; refuse 1
                    an own refund after that of another gateway takes the tokens of neighbours | 200tpm | elsewhere 1 80 at 0s; pass 0.1s; admit 80; elsewhere 0 -80 at 0s; settle 0; admit 200; refuse 1
                    an own refund after that of another gateway does not raise the limit when a neighbour expires | 200tpm | elsewhere 1 80 at 0s; pass 0.1s; admit 80; elsewhere 0 -80 at 0s; settle 0; pass 59.9s; admit 200; refuse 1
                    a request without tokens does not prolong earlier tokens | 100tpm | elsewhere 1 100 at 0s; pass 59s; elsewhere 1 0 at -58.901s; pass 1s; admit 100
                    """)
    void budget_follows_its_history(String what, String limits, String steps) {
        ClientBudget budget = budget(limits);
        for (String step : steps.split("; ", -1)) {
            take(budget, limits, step.split(" ", -1), what + ": " + step);
        }
    }

    private void take(ClientBudget budget, String limits, String[] words, String step) {
        switch (words[0]) {
            case "pass" -> pass(duration(words[1]));
            case "admit" -> reservations.add(admitted(budget, Long.parseLong(words[1]), step));
            case "refuse" -> assertRefused(limited(budget, Long.parseLong(words[1]), step), words, step);
            case "exceed" -> {
                var tooLarge = limited(budget, Long.parseLong(words[1]), step);
                assertNull(tooLarge.retryAfter(), step);
                assertEquals(limits, tooLarge.limit().written(tooLarge.most()), step);
            }
            case "settle" -> {
                boolean first = words[1].equals("first");
                long used = Long.parseLong(words[first ? 2 : 1]);
                var settled = first ? reservations.getFirst() : reservations.getLast();
                assertReturned(words, budget.settle(settled, used, now, now), step);
            }
            case "withdraw" -> assertReturned(words, budget.withdraw(reservations.getLast(), now, now), step);
            case "elsewhere" -> {
                Instant at = now.plus(duration(words[4]));
                budget.usedElsewhere(Long.parseLong(words[1]), Long.parseLong(words[2]), at, now, at);
            }
            default -> fail(step);
        }
    }

    private static void assertRefused(BudgetCheck.Refused limited, String[] words, String step) {
        for (int i = 2; i < words.length; i += 2) {
            String value = words[i + 1];
            switch (words[i]) {
                case "for" -> assertEquals(duration(value), limited.retryAfter(), step);
                case "with" -> assertEquals(Long.parseLong(value), limited.remaining(), step);
                case "reset" -> {
                    LimitState state =
                            Objects.requireNonNull(limited.limitStates().get(limited.limit()));
                    assertEquals(duration(value), state.reset(), step);
                }
                case "by" -> {
                    String by = String.join(" ", List.of(words).subList(i + 1, words.length));
                    assertEquals(by, limited.limit().written(limited.most()), step);
                    return;
                }
                default -> fail(step);
            }
        }
    }

    private static void assertReturned(String[] words, long change, String step) {
        if (words.length > 1 && !words[words.length - 2].matches("settle|first")) {
            assertEquals("returns", words[words.length - 2], step);
            assertEquals(Long.parseLong(words[words.length - 1]), change, step);
        }
    }

    private static ClientBudget budget(String limits) {
        return new ClientBudget(rule(Stream.of(limits.split(", ", -1))
                .collect(toMap(ClientBudgetTest::limit, limit -> Long.parseLong(limit.replaceFirst("\\D.*", ""))))));
    }

    private static ClientLimit limit(String written) {
        return Stream.of(ClientLimit.values())
                .filter(limit -> written.endsWith(limit.label()))
                .findFirst()
                .orElseThrow();
    }

    private static ClientRule rule(Map<ClientLimit, Long> limits) {
        return new ClientRule(limits, List.of(), false);
    }

    private static Duration duration(String written) {
        return Duration.parse("PT" + written.toUpperCase(Locale.ROOT));
    }

    private Reservation admitted(ClientBudget budget, long tokens, String step) {
        return assertInstanceOf(Reservation.class, budget.reserve(tokens, now, now), step);
    }

    private BudgetCheck.Refused limited(ClientBudget budget, long tokens, String step) {
        return assertInstanceOf(BudgetCheck.Refused.class, budget.reserve(tokens, now, now), step);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void reservation_with_an_earlier_time_has_a_reset_of_a_minute_at_most() {
        ClientBudget budget = budget("2rpm");
        admitted(budget, 0, "");
        var overtaken = assertInstanceOf(Reservation.class, budget.reserve(0, now.minusMillis(5), now));

        assertEquals(Map.of(REQUESTS_PER_MINUTE, new LimitState(2, 0, Duration.ofMinutes(1))), overtaken.limitStates());
    }

    @Test
    void sliding_minute_keeps_at_most_600_entries() {
        var minute = new SlidingMinute();
        for (int i = 0; i < 70_000; i++) {
            minute.add(1, now);
            pass(Duration.ofMillis(1));
        }
        assertEquals(600, minute.entries.size());
    }

    @Test
    void wall_clock_step_back_of_a_second_starts_no_new_day() {
        ClientBudget budget = budget("1rpd");
        Instant midnight = Instant.parse("2026-11-29T00:00:00Z");
        assertInstanceOf(Reservation.class, budget.reserve(0, now, midnight));
        var refused = assertInstanceOf(BudgetCheck.Refused.class, budget.reserve(0, now, midnight.minusSeconds(1)));
        assertEquals(Duration.ofSeconds(86_401), refused.retryAfter());
        assertInstanceOf(Reservation.class, budget.reserve(0, now, midnight.minus(Duration.ofDays(2))));
    }

    @Test
    void restored_usage_counts_for_its_day() {
        var budget = budget("3rpd, 100tpd");
        budget.restore(1, 60, now);
        assertEquals(TOKENS_PER_DAY, limited(budget, 41, "").limit());
        admitted(budget, 40, "");
        admitted(budget, 0, "");
        assertEquals(REQUESTS_PER_DAY, limited(budget, 0, "").limit());
        pass(Duration.ofDays(1));
        admitted(budget, 50, "");
        // A provider may report any count: the sum does not overflow.
        budget.restore(0, Long.MAX_VALUE, now);
        limited(budget, 1, "");
    }

    @Test
    void admission_reports_the_remaining_limits_per_minute() {
        var budget = budget("3rpm, 100tpm, 9rpd");
        admitted(budget, 10, "");
        pass(Duration.ofSeconds(1));
        assertEquals(
                Map.of(
                        REQUESTS_PER_MINUTE, new LimitState(3, 1, Duration.ofMinutes(1)),
                        TOKENS_PER_MINUTE, new LimitState(100, 60, Duration.ofMinutes(1))),
                admitted(budget, 30, "").limitStates());
    }

    private record Used(Instant at, long tokens) {}

    /// Compares the budget with a list of all usage. Requests end in any order, with any usage, or are withdrawn.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_requests_are_admitted_exactly_if_they_fit(long seed) {
        var random = new Random(seed);
        ClientBudget budget = budget("20rpm, 1000tpm, 5 at once");
        var running = new ArrayList<Reservation>();
        var used = new HashMap<Object, Used>();
        for (int i = 0; i < 5_000; i++) {
            pass(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 3_000 : 60)));
            used.values().removeIf(each -> each.at.isBefore(now.minusSeconds(61)));
            if (random.nextInt(3) == 0 && !running.isEmpty()) {
                end(budget, running.remove(random.nextInt(running.size())), used, random);
                continue;
            }
            long need = random.nextLong(400);
            boolean isFree = running.size() < 5;
            if (budget.reserve(need, now, now) instanceof Reservation reservation) {
                assertTrue(isFree && fits(used, need, Duration.ofSeconds(60)), "admitted, step " + i);
                running.add(reservation);
                used.put(reservation, new Used(now, need));
            } else {
                // Usage counts up to 100 ms longer.
                assertFalse(isFree && fits(used, need, Duration.ofMillis(60_100)), "refused, step " + i);
            }
        }
    }

    private void end(ClientBudget budget, Reservation ended, Map<Object, Used> used, Random random) {
        if (random.nextInt(4) == 0) {
            budget.withdraw(ended, now, now);
            used.remove(ended);
            return;
        }
        long tokens = random.nextLong(2 * ended.tokens + 1);
        budget.settle(ended, tokens, now, now);
        if (tokens > ended.tokens) {
            used.put(new Object(), new Used(now, tokens - ended.tokens));
        } else {
            used.computeIfPresent(ended, (_, reserved) -> new Used(reserved.at, tokens));
        }
    }

    private boolean fits(Map<Object, Used> used, long need, Duration window) {
        var counted = used.entrySet().stream()
                .filter(entry -> entry.getValue().at.isAfter(now.minus(window)))
                .toList();
        long requests = counted.stream()
                .filter(entry -> entry.getKey() instanceof Reservation)
                .count();
        return requests < 20
                && counted.stream().mapToLong(entry -> entry.getValue().tokens).sum() + need <= 1000;
    }
}
