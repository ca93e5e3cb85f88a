package io.keywheel.adapters.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Converts between the time of the store and that of this gateway: clocks may differ by any amount. Used by one
/// thread.
final class StoreClock {

    /// A measurement with a longer round trip replaces one of this age, since clocks drift.
    private static final Duration DRIFTS_AFTER = Duration.ofMinutes(1);

    /// Any writer may choose the id of an entry.
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private final InstantSource own;
    private Duration offset = Duration.ZERO;
    private Duration roundTrip = Duration.ofDays(1);
    private Instant measured = Instant.MIN;

    StoreClock(InstantSource own) {
        this.own = own;
    }

    /// The next measurement counts whatever its round trip: the store may be another.
    void forget() {
        measured = Instant.MIN;
    }

    /// The store showed `shown` at some time between `sent` and now.
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

    /// The moment of the own clock at which the store's showed `millis`, which is never after now.
    Instant own(long millis) {
        Instant now = own.instant();
        if (millis < 0 || millis > LATEST) {
            return now;
        }
        Instant mapped = Instant.ofEpochMilli(millis).plus(offset);
        return mapped.isBefore(now) ? mapped : now;
    }

    /// What the store's clock shows, `ago` before now.
    long storeMillis(Duration ago) {
        return own.instant().minus(offset).minus(ago).toEpochMilli();
    }
}
