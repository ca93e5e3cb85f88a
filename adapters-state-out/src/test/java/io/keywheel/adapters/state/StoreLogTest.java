package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreLogTest {

    /// The store's clock shows 1970, and this gateway's another year.
    @ParameterizedTest
    @CsvSource({
        "995000-7, 5000",
        "0-1, 1000000",
        "1000000-0, 0",
        "1000001-0, 0",
        "9223372036854775807-0, 0",
        "9223372036854775808-0, 0",
        "18446744073709551615-0, 0",
    })
    void entry_time_is_its_age_by_the_store_clock_before_now(String id, long age) {
        var now = Instant.parse("2026-11-28T07:00:00Z");

        Instant added = new StoreLog.PageTime(now, 1_000_000).added(id);

        assertEquals(Duration.ofMillis(age), Duration.between(added, now));
    }

    @Test
    void facts_are_repeated_after_many_entries_of_one_stream_not_of_several_together() {
        try (var store = SharingGateway.store();
                var connection = new StoreConnection(settings(store))) {
            var context = new StoreContext(settings(store), "", InstantSource.system());
            var groq = SharingGateway.groq("https://groq.test/v1", new ApiKey("secret", "key"));
            var other = new ProviderSettings(
                    new ProviderId("other"), groq.baseUrl(), groq.keys(), groq.timeouts(), groq.options());
            context.keys().set(new Fingerprints("salt", List.of(groq, other)));
            var log = new StoreLog(context);
            int half = StoreStream.Kind.FACTS.most / 2;

            write(half - 1, store, "groq");
            write(half - 1, store, "other");
            readAll(log, connection);
            assertFalse(log.needsRepeat());

            write(1, store, "groq");
            readAll(log, connection);
            assertTrue(log.needsRepeat());
            assertFalse(log.needsRepeat());
        }
    }

    /// Each start of a gateway writes under another name, and entries last longer than a day.
    @Test
    void usage_by_hundreds_of_gateways_counts_once_if_the_log_is_read_again() {
        try (var store = SharingGateway.store();
                var connection = new StoreConnection(settings(store))) {
            var context = new StoreContext(settings(store), "", InstantSource.system());
            var log = new StoreLog(context);
            String script =
                    "for i = 1, 500 do redis.call('XADD', KEYS[1], '*', 'v', '1', 'g', 'gateway-' .. i, 'f', ARGV[1]) end";
            var used = new Fact.ClientUsed(1, "ann", 1, 1, Instant.now());
            byte[] written = new FactCodec(context.keys().get()).write(List.of(used), Instant.now());
            SharingGateway.run(store, "EVAL", script, "1", "kw:{clients}:used", new String(written, UTF_8));
            assertEquals(500, readAll(log, connection));

            log.rewind();
            assertEquals(0, readAll(log, connection));
        }
    }

    private static RedisSharedState.Settings settings(StoreServer store) {
        return SharingGateway.settings(SharingGateway.address(store));
    }

    /// Returns the number of facts.
    private static int readAll(StoreLog log, StoreConnection connection) {
        StoreLog.Page page = log.read(connection, Duration.ZERO);
        return page.facts().size() + (page.isEnd() ? 0 : readAll(log, connection));
    }

    private static void write(int entries, StoreServer store, String provider) {
        String script = "for i = 1, %d do redis.call('XADD', KEYS[1], '*', 'g', 'gateway') end".formatted(entries);
        SharingGateway.run(store, "EVAL", script, "1", "kw:{" + provider + "}:facts");
    }
}
