package io.keywheel.benchmarks;

import static java.util.stream.Collectors.toMap;

import io.keywheel.contract.Calls;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.client.ClientBudget;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.Reservation;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageKey;
import io.keywheel.domain.usage.UsageRow;
import io.keywheel.domain.usage.UsageTable;
import io.keywheel.domain.usage.UsageTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A client with every limit, whose last minute is full of requests, among the usage of ten thousand others.
@State(Scope.Thread)
public class BusyClient {

    private static final Duration STEP = Duration.ofMillis(1);
    private static final EndedAttempt ATTEMPT = new EndedAttempt(
            Calls.target(new ProviderId("groq"), 1, new ModelId("openai/gpt-oss-120b"), true),
            Outcome.OK,
            "",
            STEP,
            STEP);
    private static final TokenUsage TOKENS = new TokenUsage(100, 200, 300);

    private final ClientBudget budget = new ClientBudget(new ClientRule(
            Arrays.stream(ClientLimit.values()).collect(toMap(limit -> limit, _ -> 1_000_000_000L)), List.of(), false));
    private final UsageTable table = new UsageTable(90);
    private Instant now = Instant.EPOCH;

    @Setup(Level.Trial)
    public void fill() {
        for (int i = 0; i < 60_000; i++) {
            request();
        }
        for (int i = 0; i < 10_000; i++) {
            table.restore(
                    new UsageRow(new UsageKey(LocalDate.EPOCH, "client-" + i, "groq", "model"), UsageTotals.NONE));
        }
    }

    RequestRecord ended() {
        var record = new RequestRecord(
                "b29a33ba-b422-48fa-b7e8-954a8747740b",
                "bench",
                "json",
                true,
                new RequestRecord.Timing(now, STEP, STEP),
                new RequestRecord.Ending(200, Outcome.OK, 1, List.of(ATTEMPT), true),
                "auto",
                TOKENS);
        table.add(record, LocalDate.EPOCH);
        return record;
    }

    BudgetCheck request() {
        now = now.plus(STEP);
        BudgetCheck check = budget.reserve(1000, now, now);
        if (check instanceof Reservation reservation) {
            budget.settle(reservation, 900, now, now);
        }
        return check;
    }
}
