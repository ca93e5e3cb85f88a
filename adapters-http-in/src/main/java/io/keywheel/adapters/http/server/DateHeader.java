package io.keywheel.adapters.http.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `Date` header in the format of RFC 9110.
///
/// Helidon's `Date` uses the machine's time zone, and writes days 1 to 9 with one digit.
public final class DateHeader {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private DateHeader() {}

    public static Header of(Instant moment) {
        return HeaderValues.create(HeaderNames.DATE, FORM.format(moment));
    }
}
