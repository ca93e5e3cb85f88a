package io.keywheel.adapters.http.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `Date` header in the format of RFC 9110. Thread-safe.
///
/// Helidon's `Date` uses the machine's time zone, and writes days 1 to 9 with one digit.
public final class DateHeader {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private record CachedHeader(long second, Header header) {}

    private final InstantSource clock;
    private volatile CachedHeader cached;

    public DateHeader(InstantSource clock) {
        this.clock = clock;
        this.cached = format(clock.instant());
    }

    /// The current header, which all responses of a second share.
    public Header now() {
        Instant now = clock.instant();
        CachedHeader current = cached;
        if (current.second() != now.getEpochSecond()) {
            current = format(now);
            cached = current;
        }
        return current.header();
    }

    private static CachedHeader format(Instant now) {
        return new CachedHeader(now.getEpochSecond(), HeaderValues.createCached(HeaderNames.DATE, FORM.format(now)));
    }
}
