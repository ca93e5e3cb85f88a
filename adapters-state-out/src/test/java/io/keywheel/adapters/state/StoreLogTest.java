package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
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
}
