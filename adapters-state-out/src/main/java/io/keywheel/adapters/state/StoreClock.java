package io.keywheel.adapters.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Converts between the store's clock and this gateway's clock, which may differ by any amount. Confined to one
/// thread.
final class StoreClock {

    /// A measurement of this age is replaced even by one with a longer round trip, because clocks drift.
    private static final Duration DRIFTS_AFTER = Duration.ofMinutes(1);

    /// Entry ids beyond it are ignored, because any client of the store can choose an id.
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private final InstantSource own;
    private Duration offset = Duration.ZERO;
    private Duration roundTrip = Duration.ofDays(1);
    private Instant measured = Instant.MIN;

    StoreClock(InstantSource own) {
        this.own = own;
    }

    /// Makes the next measurement replace the current one: the connection may be to another store.
    void forget() {
        measured = Instant.MIN;
    }

    /// Records that the store's clock showed `shown` at some time between `sent` and now.
    void measure(Instant sent, Instant shown) {
        Instant now = own.instant();
        var took = Duration.between(sent, now);
        boolean isOld =
                measured.equals(Instant.MIN) || Duration.between(measured, now).compareTo(DRIFTS_AFTER) > 0;
        if (isOld || took.compareTo(roundTrip) <= 0) {
            offset = Duration.between(shown, sent.plus(took.dividedBy(2)));
            roundTrip = took;
            measured = now;
        }
    }

    /// Converts the store's `millis` to this gateway's clock; the result is never after now.
    Instant own(long millis) {
        Instant now = own.instant();
        if (millis < 0 || millis > LATEST) {
            return now;
        }
        Instant mapped = Instant.ofEpochMilli(millis).plus(offset);
        return mapped.isBefore(now) ? mapped : now;
    }

    /// The time `ago` before now, by the store's clock, in milliseconds since the epoch.
    long storeMillis(Duration ago) {
        return own.instant().minus(offset).minus(ago).toEpochMilli();
    }
}
