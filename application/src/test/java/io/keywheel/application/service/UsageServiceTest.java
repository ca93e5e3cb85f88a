package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;

import io.keywheel.application.port.in.UsageUseCase.Days;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageKey;
import io.keywheel.domain.usage.UsageRow;
import io.keywheel.domain.usage.UsageTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageServiceTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-25");

    private final TestTime time = new TestTime();
    private final Kept store = new Kept();

    /// A store in memory that fails while it is full.
    private static final class Kept implements UsageStore {

        private final List<UsageRow> loaded = new ArrayList<>();
        private final List<String> saves = new ArrayList<>();
        private boolean full;

        @Override
        public String id() {
            return "kept";
        }

        @Override
        public List<UsageRow> load() {
            return loaded;
        }

        @Override
        public void save(Collection<UsageRow> rows, LocalDate oldest) {
            if (full) {
                throw new NotSavedException("No space left on device", new IllegalStateException());
            }
            saves.add(rows.size() + " since " + oldest);
        }

        @Override
        public void close() {}
    }

    private UsageService service() {
        var services = new RuntimeServices(
                time,
                time::wallTime,
                time,
                () -> 0.5,
                Runnable::run,
                mock(ChatEvents.class),
                _ -> ChatTrace.NONE,
                _ -> 0);
        return new UsageService(services, store, 2);
    }

    static RequestRecord request(String id, String client, boolean admitted) {
        return request(id, client, admitted, Instant.EPOCH);
    }

    private static RequestRecord request(String id, String client, boolean admitted, Instant began) {
        return new RequestRecord(
                id,
                client,
                "json",
                true,
                new RequestRecord.Timing(began, Duration.ofMillis(5), null),
                new RequestRecord.Ending(200, Outcome.OK, 1, List.of(), admitted),
                "auto",
                new TokenUsage(1, 2, 3));
    }

    private static List<String> clients(UsageService usage, Days days) {
        return usage.usage(days, List.of(UsageDimension.CLIENT), null).stream()
                .map(sum -> sum.values().getFirst() + " " + sum.totals().requests())
                .toList();
    }

    @Test
    void last_thousand_requests_are_kept_latest_first() {
        UsageService usage = service();
        for (int i = 0; i < 1003; i++) {
            usage.ended(request("r-" + i, "alice", true));
        }

        List<RequestRecord> all = usage.requests(_ -> true);

        assertEquals(1000, all.size());
        assertEquals("r-1002", all.getFirst().id());
        assertEquals("r-3", all.getLast().id());
        assertEquals(1, usage.requests(request -> request.id().equals("r-500")).size());
    }

    @Test
    void requests_are_listed_by_start_time_latest_first() {
        UsageService usage = service();
        usage.ended(request("quick", "alice", true, Instant.EPOCH.plusMillis(5)));
        usage.ended(request("quicker", "alice", true, Instant.EPOCH.plusMillis(6)));
        usage.ended(request("slow", "alice", true, Instant.EPOCH));

        assertEquals(
                List.of("quicker", "quick", "slow"),
                usage.requests(_ -> true).stream().map(RequestRecord::id).toList());
    }

    @Test
    void refused_request_is_listed_but_not_counted() {
        UsageService usage = service();
        usage.ended(request("a", "alice", true));
        usage.ended(request("b", "alice", false));

        assertEquals(2, usage.requests(_ -> true).size());
        assertEquals(List.of("alice 1"), clients(usage, usage.days()));
    }

    @Test
    void usage_day_follows_the_wall_clock_and_includes_stored_rows() {
        store.loaded.add(new UsageRow(new UsageKey(TODAY, "alice", "", ""), new UsageTotals(7, 0, 0, 0, 0, 0, 0)));
        UsageService usage = service();
        usage.ended(request("a", "alice", true));
        assertEquals(new Days(TODAY.minusDays(1), TODAY), usage.days());
        time.setWallClock(Duration.ofHours(12));

        usage.ended(request("b", "alice", true));

        assertEquals(new Days(TODAY, TODAY.plusDays(1)), usage.days());
        assertEquals(List.of("alice 8"), clients(usage, new Days(TODAY, TODAY)));
        assertEquals(List.of("alice 1"), clients(usage, new Days(TODAY.plusDays(1), TODAY.plusDays(1))));
    }

    @Test
    void save_writes_changes_and_everything_after_a_failed_save() {
        UsageService usage = service();
        usage.save();
        usage.ended(request("a", "alice", true));
        usage.save();
        usage.save();
        usage.ended(request("b", "bob", true));
        store.full = true;
        assertThrows(UsageStore.NotSavedException.class, usage::save);
        assertEquals(2, usage.requests(_ -> true).size());
        store.full = false;

        usage.save();

        assertEquals(List.of("1 since 2026-11-24", "2 since 2026-11-24"), store.saves);
    }
}
