package io.keywheel.domain.usage;

import static io.keywheel.domain.usage.UsageDimension.CLIENT;
import static io.keywheel.domain.usage.UsageDimension.DAY;
import static io.keywheel.domain.usage.UsageDimension.MODEL;
import static io.keywheel.domain.usage.UsageDimension.PROVIDER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class UsageTableTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-28");

    private static final Extras EXTRAS = Extras.of("queue_time", "0.012");

    private final UsageTable table = new UsageTable(3);

    private static RequestRecord request(String client, @Nullable String model, String outcome, long tokens) {
        List<EndedAttempt> trail = model == null ? List.of() : List.of(attempt("earlier"), attempt(model));
        return new RequestRecord(
                "r-1",
                client,
                "json",
                true,
                new RequestRecord.Timing(Instant.EPOCH, Duration.ofMillis(5), null),
                new RequestRecord.Ending(200, new Outcome(outcome), 1, trail, true),
                "auto",
                new TokenUsage(tokens, 2 * tokens, 3 * tokens, tokens, tokens, EXTRAS));
    }

    private static RequestRecord request(String client, String model, long tokens) {
        return request(client, model, "ok", tokens);
    }

    private static EndedAttempt attempt(String model) {
        var key = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "team"), "c0ffee01");
        return new EndedAttempt(
                new Target(key, new ModelId(model), false), Outcome.OK, "", Duration.ZERO, Duration.ZERO);
    }

    private List<UsageSum> sums(UsageDimension... by) {
        return sums(table, null, by);
    }

    private static List<UsageSum> sums(UsageTable table, @Nullable String client, UsageDimension... by) {
        return UsageSum.of(table.rows(TODAY.minusDays(9), TODAY.plusDays(9), client), List.of(by));
    }

    private List<List<String>> daysFrom(LocalDate from, LocalDate to) {
        return UsageSum.of(table.rows(from, to, null), List.of(DAY)).stream()
                .map(UsageSum::values)
                .toList();
    }

    @Test
    void request_record_keeps_token_counts_without_extras() {
        assertEquals(
                new TokenUsage(10, 20, 30, 10L, 10L, Extras.NONE),
                request("alice", "m", 10).tokens());
    }

    @Test
    void requests_are_summed_with_their_failures_and_tokens() {
        table.add(request("alice", "m", 10), TODAY);
        table.add(request("alice", null, "all_keys_failed", 0), TODAY);
        table.add(request("alice", "n", "interrupted", 1), TODAY);

        assertEquals(
                List.of(
                        new UsageSum(List.of("alice", "", "", "2026-11-28"), new UsageTotals(1, 1, 0, 0, 0, 0, 5)),
                        new UsageSum(
                                List.of("alice", "m", "groq", "2026-11-28"), new UsageTotals(1, 0, 10, 20, 10, 10, 5)),
                        new UsageSum(
                                List.of("alice", "n", "groq", "2026-11-28"), new UsageTotals(1, 1, 1, 2, 1, 1, 5))),
                sums(CLIENT, MODEL, PROVIDER, DAY));
        assertEquals(List.of(new UsageSum(List.of("alice"), new UsageTotals(3, 2, 11, 22, 11, 11, 15))), sums(CLIENT));
        assertEquals(List.of(new UsageSum(List.of(), new UsageTotals(3, 2, 11, 22, 11, 11, 15))), sums());
    }

    @Test
    void sums_cover_the_requested_days_and_clients_in_sorted_order() {
        table.add(request("bob", "m", 1), TODAY.minusDays(1));
        table.add(request("alice", "n", 2), TODAY);
        table.add(request("alice", "m", 3), TODAY);

        assertEquals(
                List.of(List.of("alice", "m"), List.of("alice", "n"), List.of("bob", "m")),
                sums(CLIENT, MODEL).stream().map(UsageSum::values).toList());
        assertEquals(List.of(List.of("2026-11-27")), daysFrom(TODAY.minusDays(2), TODAY.minusDays(1)));
        assertEquals(List.of(List.of("2026-11-28")), daysFrom(TODAY, TODAY.plusDays(1)));
        assertEquals(
                List.of(List.of("2026-11-28")),
                sums(table, "alice", DAY).stream().map(UsageSum::values).toList());
    }

    @Test
    void rows_older_than_the_retention_days_are_dropped() {
        table.add(request("alice", "m", 1), TODAY.minusDays(2));
        table.add(request("alice", "m", 1), TODAY);
        assertEquals(2, sums(DAY).size());

        table.add(request("alice", "m", 1), TODAY.plusDays(1));

        assertEquals(
                List.of(List.of("2026-11-28"), List.of("2026-11-29")),
                sums(DAY).stream().map(UsageSum::values).toList());
        assertEquals(TODAY.minusDays(2), table.oldest(TODAY));
        assertEquals(2, table.takeChanges().size());
    }

    @Test
    void each_change_is_taken_once_and_change_all_returns_every_row() {
        table.restore(new UsageRow(new UsageKey(TODAY, "bob", "groq", "m"), UsageTotals.NONE));
        assertEquals(List.of(), table.takeChanges());
        table.add(request("alice", "m", 1), TODAY);
        table.add(request("alice", "m", 1), TODAY);

        UsageRow changed =
                new UsageRow(new UsageKey(TODAY, "alice", "groq", "m"), new UsageTotals(2, 0, 2, 4, 2, 2, 10));
        assertEquals(List.of(changed), table.takeChanges());
        assertEquals(List.of(), table.takeChanges());
        table.add(request("alice", "m", 1), TODAY);
        assertEquals(3, table.takeChanges().getFirst().totals().requests());
        table.changeAll();
        assertEquals(2, table.takeChanges().size());
    }

    @Test
    void sum_of_huge_token_counts_saturates() {
        var huge = new UsageTotals(1, 0, Long.MAX_VALUE - 1, 0, 0, 0, 0);

        assertEquals(Long.MAX_VALUE, huge.plus(huge).input());
        assertEquals(
                Long.MAX_VALUE, huge.plus(new UsageTotals(0, 0, 1, 0, 0, 0, 0)).input());
    }

    @Test
    void total_covers_one_client_and_day() {
        table.add(request("alice", "m", 1), TODAY.minusDays(1));
        table.add(request("alice", "m", 2), TODAY);
        table.add(request("alice", null, "all_keys_failed", 3), TODAY);
        table.add(request("alice-2", "m", 4), TODAY);

        assertEquals(new UsageTotals(2, 1, 5, 10, 5, 5, 10), table.total("alice", TODAY));
        assertEquals(15, table.total("alice", TODAY).tokens());
        assertEquals(UsageTotals.NONE, table.total("bob", TODAY));
    }

    @Test
    void models_beyond_100_per_client_and_day_are_summed_as_other() {
        for (int i = 0; i < 102; i++) {
            table.add(request("alice", "m" + i, 1), TODAY);
        }
        table.add(request("alice", "m5", 1), TODAY);
        table.add(request("bob", "m101", 1), TODAY);
        table.add(request("alice", "m101", 1), TODAY.plusDays(1));

        assertEquals(
                101,
                sums(table, "alice", MODEL, DAY).stream()
                        .filter(sum -> sum.values().contains("2026-11-28"))
                        .count());
        assertEquals(List.of(new UsageSum(List.of("other", "other"), new UsageTotals(2, 0, 2, 4, 2, 2, 10))), others());
        assertEquals(
                List.of(new UsageSum(List.of("m101"), new UsageTotals(1, 0, 1, 2, 1, 1, 5))),
                sums(table, "bob", MODEL));
    }

    private List<UsageSum> others() {
        return sums(PROVIDER, MODEL).stream()
                .filter(sum -> sum.values().contains("other"))
                .toList();
    }

    @Test
    void rows_beyond_100_000_are_summed_as_other() {
        for (int i = 1; i < 100_000; i++) {
            table.restore(new UsageRow(new UsageKey(TODAY, "c" + i, "groq", "m"), UsageTotals.NONE));
        }

        for (int i = 0; i < 11; i++) {
            table.add(request("new", "m" + i, 1), TODAY);
        }
        table.add(request("c1", "m", 1), TODAY);

        var one = new UsageTotals(1, 0, 1, 2, 1, 1, 5);
        assertEquals(
                List.of(
                        new UsageSum(List.of("m0"), one),
                        new UsageSum(List.of("other"), new UsageTotals(10, 0, 10, 20, 10, 10, 50))),
                sums(table, "new", MODEL));
        assertEquals(List.of(new UsageSum(List.of("m"), one)), sums(table, "c1", MODEL));
    }
}
